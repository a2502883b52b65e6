// One visitor out of several lambdas, so that a `std::visit` that forgets an alternative does not compile.
#pragma once

#include <variant>

namespace sbx::plan {

template <class... Handlers>
struct overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

}  // namespace sbx::plan

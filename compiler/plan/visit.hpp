// One visitor out of several lambdas, so that a `std::visit` that forgets an alternative does not compile.
#pragma once

#include <variant>

namespace sbx::plan {

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace sbx::plan

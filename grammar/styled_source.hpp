// A source and its form in the style, which is given out only if it was seen to say the same.
#pragma once

#include "grammar/diagnostic.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace sbx {

enum class Styling : std::uint8_t {
    done,
    broken,     ///< the source has mistakes of syntax: they are in the sink
    too_large,  ///< the result would be larger than a source may be
    not_same    ///< the result does not say the same with the same comments: a bug of ours
};

struct StyledSource {
    Styling styling;
    std::string text;  ///< empty unless it is `done`
};

/// `spoil` is for tests: a mistake of ours, made between formatting and looking at what came of it.
[[nodiscard]] StyledSource styled_source(const SourceFile& source, DiagnosticSink& sink,
                                         const std::function<void(std::string&)>& spoil = nullptr);

}  // namespace sbx

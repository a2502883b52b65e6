// bwrap.args: any bytes give records or a refusal. What is let through can be handed to bubblewrap as it stands: known options with
// all their words, no more of them than it takes, and nothing in them that a value could turn into something else.
#include "runtime/argument_records.hpp"
#include "runtime/artifact_format.hpp"
#include "runtime/parameters.hpp"
#include "tests/fuzz/claims.hpp"

#include <string>

namespace {

using namespace sbx::runtime;
using sbx::test::require;

/// A value for every parameter that is named, made to look like what must not be read again.
void give_values(const Template& text, Values& values) {
    for (const TemplatePart& part : text.parts) {
        if (part.is_parameter) {
            values.emplace(part.text, "/v${uid}\"\\--bind");
        }
    }
}

std::size_t expected_size(const Template& text) {
    std::size_t size = 0;
    for (const TemplatePart& part : text.parts) {
        size += part.is_parameter ? std::string_view("/v${uid}\"\\--bind").size() : part.text.size();
    }
    return size;
}

void check_word(const Word& word) {
    const bool is_data = word.kind == WordKind::data || word.kind == WordKind::data_template;
    require(is_data == (word.data.rfind("data/", 0) == 0), "a data word names a data file", word.data);
    require(word.data.find("..") == std::string::npos, "a data file is inside the bundle", word.data);
    Values values;
    give_values(word.text, values);
    const std::string expanded = expand(word.text, values);
    require(expanded.size() == expected_size(word.text), "a value is put in once and never read again", expanded);
    require(expanded.find('\0') == std::string::npos, "a word has no NUL", expanded);
    if (word.kind == WordKind::source) {
        require(!expanded.empty() && expanded.front() == '/', "a source is an absolute path", expanded);
    }
}

void check_option(const Option& option) {
    require(option.name.rfind("--", 0) == 0 && option.name.find("-try") == std::string::npos, "no weak form of an option",
            option.name);
    require(option.name != "--bind" && option.name != "--ro-bind" && option.name != "--cap-add" && option.name != "--overlay",
            "no option that names a source by path", option.name);
    require(option.destination >= -1 && option.destination < static_cast<int>(option.words.size()), "the place is one of the words",
            option.name);
    for (const Word& word : option.words) {
        check_word(word);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    try {
        std::size_t words = 0;
        for (const Record& record : read_argument_records({reinterpret_cast<const char*>(data), size})) {
            require(record.guard != Guard::comment && record.path.has_value() == (record.guard != Guard::always),
                    "a guard has the path that it asks about");
            for (const Option& option : record.options) {
                check_option(option);
                words += 1 + option.words.size();
            }
        }
        require(words <= sbx::format::max_argument_words, "no more words than bubblewrap takes");
    } catch (const Refusal& refusal) {
        sbx::test::require_well_said(refusal);
    }
    return 0;
}

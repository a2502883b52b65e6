// `policyc schema [NAME]`: the forms of the JSON that bundles hold and reports are printed in.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/schemas.hpp"
#include "compiler/cli/streams.hpp"
#include "grammar/diagnostic.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {

ExitCode schema_command(const Options& options) {
    if (options.words.empty()) {
        std::string out;
        for (const Schema& schema : schemas()) {
            const std::string of = nlohmann::json::parse(schema.text).at("title");
            out += fmt::format("{:13}  of {}\n", schema.name, of);
        }
        print_out(out);
        return ExitCode::done;
    }
    std::string name = options.words.front();
    if (name.ends_with(".json")) {
        name.resize(name.size() - std::string_view(".json").size());
    }
    std::vector<std::string_view> names;
    for (const Schema& schema : schemas()) {
        if (schema.name == name) {
            print_out(schema.text);
            return ExitCode::done;
        }
        names.push_back(schema.name);
    }
    const auto similar = nearest(name, names);
    return refuse_usage({fmt::format("there is no schema `{}`", displayed(name)),
                         similar ? fmt::format("did you mean `{}`?", *similar) : "`policyc schema` lists them"});
}

}  // namespace sbx::cli

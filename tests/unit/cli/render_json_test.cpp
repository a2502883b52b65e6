// The JSON form of diagnostics, which tools rely on.
#include "compiler/cli/render_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

TEST(RenderJson, HoldsEverythingThatTextShows) {
    const SourceFile file("a.sbx", "é /b\n");
    const SourceFile root("root.sbx", "use \"a.sbx\"\n");
    Diagnostic d;
    d.kind = DiagnosticKind::hide_without_effect;
    d.severity = Severity::warning;
    d.origin = {&file, {3, 5}};
    d.message = "m";
    d.label = "l";
    d.labels.push_back({{}, "built in"});
    d.notes = {"n"};
    d.help = {"h"};
    d.fixes.push_back({{&file, {3, 3}}, "r", true});
    const std::vector<Diagnostic> all = {d};
    const InclusionMap from = {{&file, {&root, {4, 11}}}};
    const auto json = nlohmann::json::parse(render_json({all, from}));
    EXPECT_EQ(json["format"], 1);
    EXPECT_EQ(json["errors"], 0);
    EXPECT_EQ(json["warnings"], 1);
    const auto& one = json["diagnostics"][0];
    EXPECT_EQ(one["code"], "SBX-F003");
    EXPECT_EQ(one["name"], "hide-without-effect");
    EXPECT_EQ(one["severity"], "warning");
    EXPECT_EQ(one["place"], nlohmann::json::parse(R"({"file": "a.sbx", "line": 1, "column": 3, "end_line": 1, "end_column": 5,
                                                     "begin": 3, "end": 5})"));
    EXPECT_EQ(one["labels"], nlohmann::json::parse(R"([{"place": null, "text": "built in"}])"));
    EXPECT_EQ(one["notes"][0], "n");
    EXPECT_EQ(one["help"][0], "h");
    EXPECT_EQ(one["fixes"][0]["replacement"], "r");
    EXPECT_EQ(one["fixes"][0]["safe"], true);
    EXPECT_EQ(one["fixes"][0]["place"]["begin"], 3);
    EXPECT_EQ(one["included_from"][0]["file"], "root.sbx");
}

TEST(RenderJson, IsADocumentEvenWithNothingToSay) {
    EXPECT_EQ(nlohmann::json::parse(render_json({{}, {}}))["diagnostics"].size(), 0U);
}

TEST(RenderJson, IsPrintableAsciiWhateverAMessageHolds) {
    Diagnostic d;
    d.message = "\x1b[31m \u202e \xff é \x7f";
    const std::vector<Diagnostic> all = {d};
    for (const char byte : render_json({all, {}})) {
        EXPECT_TRUE(byte == '\n' || (byte >= 0x20 && byte <= 0x7e)) << static_cast<int>(byte);
    }
}

}  // namespace
}  // namespace sbx::cli

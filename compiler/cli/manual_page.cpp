// The pages as man(7) macros; see the header.
#include "compiler/cli/manual_page.hpp"

#include "compiler/cli/completion_script.hpp"
#include "compiler/cli/options.hpp"
#include "compiler/cli/runtime_options.hpp"
#include "compiler/cli/version.hpp"
#include "compiler/policy/statement_table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

/// Text that no line of which is taken for a request, and in which dashes and backslashes are themselves (groff_char(7)).
std::string for_roff(std::string_view text) {
    std::string out;
    bool line_start = true;
    for (const char byte : text) {
        if (line_start && (byte == '.' || byte == '\'')) {
            out += "\\&";
        }
        line_start = byte == '\n';
        if (byte == '\\') {
            out += "\\e";
        } else if (byte == '-') {
            out += "\\-";
        } else {
            out += byte;
        }
    }
    return out;
}

std::string option_entry(const OptionRow& row) {
    const std::size_t comma = row.flags.find(',');
    std::string flags = for_roff(row.flags.substr(0, comma));
    if (comma != std::string_view::npos) {
        flags += "\\fR, \\fB" + for_roff(row.flags.substr(comma + 1));
    }
    return fmt::format(".TP\n\\fB{}\\fR \\fI{}\\fR\n{}\n", flags, for_roff(row.argument), for_roff(row.summary));
}

std::string commands_section() {
    std::string out = ".SH COMMANDS\n";
    for (const Verb& verb : verbs()) {
        out += fmt::format(".SS policyc {}\n{}.\n", for_roff(verb.usage), for_roff(verb.summary));
        if (!verb.details.empty()) {
            out += fmt::format(".PP\n{}\n", for_roff(verb.details));
        }
        out += fmt::format(".PP\n.EX\n{}\n.EE\n", for_roff(verb.examples));
    }
    return out;
}

std::string options_section() {
    std::vector<OptionId> used;
    for (const Verb& verb : verbs()) {
        for (const OptionId id : verb.options) {
            if (std::find(used.begin(), used.end(), id) == used.end()) {
                used.push_back(id);
            }
        }
    }
    std::string out = ".SH OPTIONS\n";
    for (const OptionId id : used) {
        out += option_entry(option_row(id));
    }
    return out;
}

std::string exit_section() {
    std::string out = ".SH EXIT STATUS\n";
    for (const ExitCodeRow& row : exit_codes) {
        out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", static_cast<int>(row.code), for_roff(row.meaning));
    }
    return out;
}

constexpr std::string_view json_section = R"(.SH JSON
With \fB\-\-format json\fR, diagnostics are one object, on standard output for \fBbuild\fR and \fBcheck\fR (always) and on standard
error for the other commands (when there are any). It is ASCII, and later versions only add keys:
.TP
\fBformat\fR
1
.TP
\fBerrors\fR, \fBwarnings\fR
how many of each there are
.TP
\fBdiagnostics\fR
a list, in the order in which text shows them. Each has
\fBcode\fR ("SBX\-F003"), \fBname\fR ("hide\-without\-effect"), \fBseverity\fR ("error" or "warning"), \fBmessage\fR,
\fBplace\fR, \fBlabel\fR (words under the caret), \fBlabels\fR (a list of \fBplace\fR and \fBtext\fR), \fBnotes\fR and \fBhelp\fR
(lists of texts), \fBfixes\fR (a list of \fBplace\fR, \fBreplacement\fR and \fBsafe\fR) and \fBincluded_from\fR (places, innermost
first).
.PP
A place is null, or has \fBfile\fR, \fBline\fR, \fBcolumn\fR, \fBend_line\fR, \fBend_column\fR (from 1, columns in code points),
\fBbegin\fR and \fBend\fR (bytes from 0, end exclusive).
.PP
\fBpolicyc check\fR adds \fBpedantic\fR and \fBknown\fR (numbers), \fBexit_code\fR, \fBfiles\fR, \fBwaived\fR (findings that are
accepted in place, each with its \fBreason\fR and the place of the \fBwaiver\fR), \fBunreadable\fR, and to each finding a
\fBfingerprint\fR, which \fB\-\-baseline\fR knows it by; \fBpolicyc schema check\fR prints the form.
.PP
\fBpolicyc test\fR prints its results as one object with \fBformat\fR and \fBfiles\fR, one for each file: \fBfile\fR,
\fBprofile\fR, \fBrejected\fR, \fBfailed_tests\fR, \fBtests\fR (each with \fBclaim\fR, \fBplace\fR, \fBholds\fR and
\fBexpectations\fR), \fBstatements\fR and \fBregions\fR (\fBtotal\fR, \fBasked\fR, and what is \fBunasked\fR), and, with
\fB\-\-mutate\fR, \fBmutants\fR (\fBjudged\fR, \fBnoticed\fR, \fBequivalent\fR, \fBpassed_over\fR, \fBsurvivors\fR, \fBout_of_reach\fR),
and, with \fB\-\-kernel\fR, \fBkernel\fR (\fBnode\fR, \fBrefusal\fR, and \fBtrials\fR, each with a \fBresult\fR of "agrees",
"disagrees" or "skipped", what was \fBtried\fR, what policyc \fBdecided\fR, what the \fBkernel\fR said, and the \fBreason\fR of a
skip).
.PP
\fBpolicyc diff\fR prints one object with \fBformat\fR, \fBbefore\fR and \fBafter\fR (\fBname\fR, \fBprofile\fR, \fBbundle\fR),
\fBrelation\fR ("equivalent", "narrower", "wider" or "incomparable"), \fBsummary\fR, \fBdomains\fR (the relation of each),
\fBrenamed_parameters\fR and \fBregions\fR. A region has \fBdomain\fR, \fBrelation\fR, \fBsubject\fR, \fBclaim\fR (what the
second policy does), \fBcondition\fR (for which values, or null), \fBwitness\fR, \fBbefore\fR and \fBafter\fR (\fBis\fR,
\fBstatement\fR, \fBplace\fR and \fBincluded_from\fR; null where nothing says so) and \fBexceptions\fR (\fBplace\fR, \fBis\fR).
)";

/// The options of sbx-run, each with the paragraph that its row has.
std::string runtime_options_section() {
    std::string out;
    for (const RuntimeOption& row : runtime_options()) {
        const std::string name = (row.short_name.empty() ? "" : for_roff(row.short_name) + "\\fR, \\fB") + for_roff(row.long_name);
        const std::string argument = row.argument.empty() ? "" : fmt::format(" \\fI{}\\fR", for_roff(row.argument));
        out += fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", name, argument, row.manual);
    }
    return out;
}

/// Every statement of the language, by where it stands.
std::string statements_section() {
    std::string out;
    std::string_view where;
    for (const policy::StatementInfo& row : policy::statement_table()) {
        if (policy::words(row.context) != where) {
            where = policy::words(row.context);
            std::string heading(where);
            heading.erase(std::remove(heading.begin(), heading.end(), '`'), heading.end());
            out += fmt::format(".SS In {}\n", for_roff(heading));
        }
        out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", for_roff(row.signature), for_roff(row.summary));
    }
    return out;
}

std::string policyc_page() {
    std::string out = fmt::format(".TH POLICYC 1 \"\" \"policyc {}\" \"Sandbox policies\"\n", version);
    out += ".SH NAME\npolicyc \\- compile sandbox policies into bundles that confine a process\n";
    out += ".SH SYNOPSIS\n.nf\n";
    for (const Verb& verb : verbs()) {
        out += fmt::format("\\fBpolicyc\\fR {}\n", for_roff(verb.usage));
    }
    out +=
        ".fi\n.SH DESCRIPTION\nA policy says what one sandboxed process may touch; what it does not grant is absent. "
        "\\fBpolicyc\\fR\ncompiles it into a directory, the bundle, whose \\fIlaunch\\fR script, or \\fBsbx\\-run\\fR(1), runs a "
        "program "
        "under it with\n\\fBbwrap\\fR(1). The language is described in \\fBsbx\\fR(5).\n";
    out += commands_section() + options_section() + std::string(json_section) + exit_section();
    out +=
        ".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nif set and not empty, \\fB\\-\\-color auto\\fR uses no colours\n"
        ".SH FILES\n.TP\n\\fI.policyc.json\\fR\nhouse rules, in the directory of a policy or the nearest one above it; the nearest "
        "file holds alone. One JSON\nobject with any of \\fBceiling\\fR (the path, from the file's own directory, of a profile "
        "beyond "
        "which no policy may go),\n\\fBrequired\\-limits\\fR (a list of limits that every profile has to set), "
        "\\fBseverities\\fR (from codes or names of findings\nto \"error\", \"warning\", \"pedantic\" or \"off\") and "
        "\\fBpedantic\\fR (true or false). A profile that goes beyond the ceiling or leaves\na required limit open is rejected by "
        "\\fBcheck\\fR and \\fBbuild\\fR; the other two change what \\fBcheck\\fR says, and an error stays\none. Anything else in "
        "the file is refused. \\fBpolicyc config\\fR prints what holds.\n"
        ".TP\n\\fI.DIR.policyc\\-*\\fR\na bundle on its way to \\fIDIR\\fR, or, on a file system that cannot swap two "
        "directories, the\nprevious one on its way out. What a killed run leaves is removed by a later one, after an hour.\n"
        ".SH SEE ALSO\n\\fBsbx\\fR(5), \\fBsbx\\-run\\fR(1), \\fBbwrap\\fR(1)\n";
    return out;
}

}  // namespace

const std::vector<std::string_view>& manual_pages() {
    static const std::vector<std::string_view> all = {"policyc", "sbx-run", "sbx"};
    return all;
}

std::optional<std::string> manual_page(std::string_view name) {
    if (name == manual_pages().front()) {
        return policyc_page();
    }
    for (const ManualForm& form : manual_forms()) {
        if (form.name == name) {
            return filled_in(form.text, {{"@VERSION@", std::string(version)},
                                         {"@OPTIONS@", runtime_options_section()},
                                         {"@STATEMENTS@", statements_section()}});
        }
    }
    return std::nullopt;
}

}  // namespace sbx::cli

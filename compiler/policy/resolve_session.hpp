// The state of one run of resolve(), and of one file in it. Internal to resolve(): handlers of statements get a FileResolver and a
// Statement, add to the file's layer, and report what is wrong.
#pragma once

#include "compiler/policy/resolve.hpp"
#include "compiler/policy/resolve_layer.hpp"
#include "compiler/policy/statement_table.hpp"
#include "grammar/syntax_views.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::policy {

/// One value as it stands in a statement, after `let`s are replaced by what they stand for. `text` lives as long as the sources.
struct Word {
    SyntaxKind kind{};
    std::string_view text;
    Origin origin;                      ///< the place of use
    bool optional = false;              ///< `?` follows
    std::shared_ptr<const Text> value;  ///< for strings and paths that came through a `let`: what they are, decoded there
};

/// A `let` or a `param`.
struct Declaration {
    enum class State : std::uint8_t { pending, expanding, done };
    std::string name;
    Origin origin;     ///< of the name
    Origin statement;  ///< of the whole `let` or `param`; unknown for one that is built in
    bool is_parameter = false;
    bool is_final = false;
    bool used = false;
    bool broken = false;            ///< its value could not be read, which is reported
    Parameter parameter;            ///< for a `param`
    std::vector<SyntaxNode> items;  ///< for a `let`: its value as written
    std::vector<Word> words;        ///< for a `let`: its value, once done
    State state = State::done;
    const Declaration* rival = nullptr;  ///< another file that is taken in too declares the name differently
};
using Scope = std::map<std::string, std::shared_ptr<Declaration>, std::less<>>;

/// A file that was resolved, with all that it takes in.
struct ResolvedFile {
    const SourceFile* file = nullptr;
    std::string name;
    Origin name_origin;
    std::string description;
    bool is_fragment = false;
    bool has_header = false;
    Layer layer;
    Scope scope;
};

/// One run.
class Session {
public:
    Session(const FileReader& file_reader, const ResolveOptions& resolve_options, SourceSet& source_set,
            DiagnosticSink& diagnostic_sink)
        : reader(file_reader), options(resolve_options), sources(source_set), sink(diagnostic_sink) {}

    /// Reports something that leaves a hole in the policy.
    [[nodiscard]] DiagnosticBuilder error(DiagnosticKind kind, Origin origin, std::string message);
    /// Reports something about a statement whose meaning is known nevertheless.
    [[nodiscard]] DiagnosticBuilder refuse(DiagnosticKind kind, Origin origin, std::string message);
    /// Reports a finding, unless a waiver takes it.
    void finding(Diagnostic diagnostic);

    const FileReader& reader;
    const ResolveOptions& options;
    SourceSet& sources;
    DiagnosticSink& sink;
    Profile profile;

    std::string root_directory;                    ///< as the reader takes it; `.` at least
    std::set<std::string> missing_files;           ///< what was looked for in vain: it is not looked for again
    std::map<std::string, ResolvedFile> resolved;  ///< by canonical path or `std/NAME`
    std::vector<std::string> chain;                ///< what is being resolved, outermost first
    std::vector<std::shared_ptr<Declaration>> declarations;
    std::map<std::string, std::vector<Word>> definitions;  ///< -D, parsed
    std::map<std::string, Origin> definition_origins;
    std::set<std::string> definitions_used;
    bool is_ceiling = false;  ///< what a ceiling lies within is proved where it is compiled

    /// Takes `amount` from what `let`s may expand to in one run, so that a few lines can't stand for gigabytes; false, reported
    /// once, when it is used up.
    [[nodiscard]] bool spend(std::size_t amount, Origin origin);

private:
    std::size_t budget_ = 64U << 20U;
    bool budget_reported_ = false;
};

/// The waiver that covers the finding, with all that do marked used; nullptr where none does.
[[nodiscard]] const Waiver* accept_finding(std::vector<Waiver>& waivers, const Diagnostic& diagnostic);

/// Options of the block of a `tmpfs`, `dir` or `file`.
struct NodeOptions {
    std::optional<Located<ByteSize>> size;
    std::optional<Located<std::uint32_t>> mode;
};

/// One file in the making.
struct FileResolver {
    Session& session;
    ResolvedFile& result;
    std::string directory;  ///< of the file, as the reader takes it; for `use "…"`
    bool is_standard = false;
    Layer own;
    std::set<std::string> own_names;      ///< lets and params of this file
    NodeOptions* node_options = nullptr;  ///< while the block of a node is read
    Test* test = nullptr;                 ///< while the block of a `test` is read
    bool unclosed = false;                ///< a block or list has no closer, so what follows may stand in the wrong context
    Slot<FilterMode> filter_word{};       ///< how this file says `syscalls`; `{ … }` alone sets no key
};

/// A statement without its `final` and its waiver.
struct Statement {
    const StatementView& view;
    SyntaxNode keyword;
    std::vector<SyntaxNode> items;
    const StatementInfo* info = nullptr;
    bool is_final = false;

    [[nodiscard]] Origin origin() const { return view.origin(); }
};

/// Takes a statement apart; nullopt when it is no statement of `context`, which is reported.
[[nodiscard]] std::optional<Statement> make_statement(FileResolver& file, Context context, const StatementView& view);
/// Reports a first or second statement that is not what a file begins with (S011), and fills in what it says; the number of
/// statements that the header has.
[[nodiscard]] std::size_t check_header(FileResolver& file, const std::vector<StatementView>& views);
/// Whether a block or list of the file lacks its closer.
[[nodiscard]] bool has_missing_closer(const SyntaxTree& tree);
/// True after so many errors that the sink has long left some out: to go on would only cost time.
[[nodiscard]] bool is_hopeless(const Session& session);
/// Calls the statement's handler.
void handle(FileResolver& file, const Statement& statement);
/// Checks and keeps `waive CODE "reason"`, `word` being its first; `statement` for one that stands in a statement.
void add_waiver(FileResolver& file, const SyntaxNode& word, const SyntaxNode& code, const SyntaxNode& reason,
                std::optional<Origin> statement);
/// Calls the handler of each statement; an unknown word is L001 with the nearest known one.
void resolve_statements(FileResolver& file, Context context, const std::vector<StatementView>& statements);

#define SBX_STATEMENT(context, keyword, handler, signature, summary) void handler(FileResolver& file, const Statement& statement);
#include "compiler/policy/statements.def"
#undef SBX_STATEMENT

// ---- resolve_files ----------------------------------------------------------------------------------------------------------

/// Resolves a file that was parsed, and what it names. The result's layer is merged, but not yet normalised.
void resolve_file(Session& session, const SyntaxTree& tree, const std::string& directory, ResolvedFile& result);
/// Follows the `use` and `extends` statements of a file, which come before everything else: names must be in scope.
struct Inclusions {
    std::vector<const ResolvedFile*> used;
    const ResolvedFile* base = nullptr;
};
[[nodiscard]] Inclusions resolve_inclusions(FileResolver& file, const std::vector<Statement>& statements);

// ---- resolve_scope ----------------------------------------------------------------------------------------------------------

/// Puts the names of the files that are taken in, then this file's own, in scope.
void declare_names(FileResolver& file, const Inclusions& inclusions, const std::vector<Statement>& statements);
/// Reads a `param` statement; nullopt after an error.
[[nodiscard]] std::optional<Parameter> read_parameter(FileResolver& file, const Statement& statement);
/// Parses the -D definitions as values of the language.
void read_definitions(Session& session);
/// Replaces what a `let` stands for by its -D, if there is one of the same type (L013).
void apply_definition(FileResolver& file, Declaration& declaration);
/// L013 for each -D that names no `let`.
void report_unused_definitions(Session& session);
/// L003 for a `use` of what the same file has taken in already.
void report_second_use(Session& session, Origin origin, std::string_view name);
/// Reports names and definitions that nothing uses (L003, L013).
void report_unused(Session& session);

}  // namespace sbx::policy

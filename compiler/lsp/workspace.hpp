// What is open, and what the compiler makes of it, kept until something that it depends on changes. Guarantees that an answer is
// about the texts as they are: a fragment that is edited renews every open policy that takes it in.
#pragma once

#include "compiler/lsp/documents.hpp"
#include "compiler/lsp/front_end.hpp"
#include "compiler/lsp/positions.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>

namespace sbx::lsp {

/// What a client can do, from `initialize`; all that it has not said is false.
struct Client {
    PositionEncoding encoding = PositionEncoding::utf16;
    bool markdown = false;             ///< shows Markdown in hovers and in what completions say
    bool snippets = false;             ///< takes completions with places to fill in
    bool symbol_trees = false;         ///< takes symbols in symbols
    bool related_information = false;  ///< shows the labels of a diagnostic
    bool tags = false;                 ///< fades what says nothing
    bool code_descriptions = false;    ///< links a code to its page
    bool opens_content = false;        ///< asks for `workspace/textDocumentContent`
    bool watches_files = false;        ///< may be asked to tell of files that change
    bool code_action_literals = false;
};

/// One open document, checked as `policyc check` checks it.
struct Analysis {
    Analysis(Checked result, PositionEncoding encoding)
        : checked(std::move(result)), positions(checked.sources.files.front().text(), encoding) {}

    Checked checked;
    PositionMap positions;        ///< of the document
    std::set<std::string> files;  ///< keys of all that it is made of

    [[nodiscard]] const SourceFile& file() const { return checked.sources.files.front(); }
    [[nodiscard]] const SyntaxTree& tree() const { return checked.sources.trees.front(); }
};

class Workspace {
public:
    /// `front_end` outlives it.
    explicit Workspace(FrontEnd& compiler) : front_end(compiler), documents(compiler.disk()) {}

    FrontEnd& front_end;
    Client client;
    Documents documents;

    /// Of an open document.
    [[nodiscard]] const Analysis& analysis(const Document& document);
    /// The document of `params.textDocument`; throws as nlohmann's `at`. nullptr if it is not open.
    [[nodiscard]] Document* document_of(const Json& params) const;

    /// One open text has changed.
    void text_changed(const std::string& key);
    /// Files have come, gone or changed: everything is looked at again.
    void files_changed();

    /// Where a client finds the file; nullopt for what has no name, and for the compiler's own texts where it can't open them.
    [[nodiscard]] std::optional<std::string> uri_of(const SourceFile& file, const Document& root) const;
    /// `{uri, range}` of a place in a file of `root`'s; null where a client can't go.
    [[nodiscard]] Json location(const Origin& origin, const Document& root);

private:
    std::map<std::string, std::unique_ptr<Analysis>> analyses_;  ///< by key; none for what has to be looked at again
};

}  // namespace sbx::lsp

// `test "claim" { … }`: statements to expectations. What they are decided to be is check()'s.
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

std::optional<RequestKind> path_kind(std::string_view word) {
    if (word == "read") {
        return RequestKind::read;
    }
    if (word == "write") {
        return RequestKind::write;
    }
    return word == "exec" ? std::optional(RequestKind::exec) : std::nullopt;
}

void expect(FileResolver& file, const Statement& statement, const Word& word, Request request) {
    Expectation expectation;
    expectation.request = std::move(request);
    expectation.allowed = statement.keyword.text() == "allowed" || statement.keyword.text() == "sees";
    expectation.never = statement.keyword.text() == "never";
    expectation.origin = word.origin;
    file.test->expectations.push_back(std::move(expectation));
}

void expect_path(FileResolver& file, const Statement& statement, const Word& word, RequestKind kind) {
    if (const auto path = path_value(file, word)) {
        Request request;
        request.kind = kind;
        request.path = path->path;
        expect(file, statement, word, std::move(request));
    }
}

void expect_connect(FileResolver& file, const Statement& statement, const std::vector<Word>& words) {
    if (words.size() < 3 || (words[1].text != "tcp" && words[1].text != "udp")) {
        report_shape(file, statement, words[0].origin, "`connect` takes `tcp` or `udp`, and addresses with ports");
        return;
    }
    for (std::size_t i = 2; i < words.size(); ++i) {
        if (words[i].kind == SyntaxKind::variable) {
            static_cast<void>(parameter_misfit(file, words[i], "an address in a test"));
            continue;
        }
        const auto endpoint = words[i].value ? std::nullopt : parse_endpoint(words[i].text);
        if (!endpoint) {
            report_value(file, statement, words[i], "an address with a port, as in `192.0.2.1:443` or `[2001:db8::1]:443`");
            continue;
        }
        Request request;
        request.kind = words[1].text == "tcp" ? RequestKind::connect_tcp : RequestKind::connect_udp;
        request.endpoint = *endpoint;
        expect(file, statement, words[i], std::move(request));
    }
}

void expect_system_calls(FileResolver& file, const Statement& statement, const std::vector<Word>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i].kind != SyntaxKind::name || words[i].value) {
            report_value(file, statement, words[i], "the name of a system call");
        } else if (!find_system_call(words[i].text)) {
            report_unknown_call(file, words[i]);
        } else {
            Request request;
            request.kind = RequestKind::syscall;
            request.name = std::string(words[i].text);
            expect(file, statement, words[i], std::move(request));
        }
    }
}

/// Names stand bare or in quotes: nothing else can stand here.
void expect_resolve(FileResolver& file, const Statement& statement, const std::vector<Word>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        Word word = words[i];
        if (word.kind == SyntaxKind::name || word.kind == SyntaxKind::word) {
            word.value = std::make_shared<const Text>(Text(word.text));
        }
        if (const auto name = host_name_value(file, word, false)) {
            Request request;
            request.kind = RequestKind::resolve;
            request.name = *name;
            expect(file, statement, words[i], std::move(request));
        }
    }
}

void report_not_request(FileResolver& file, const Word& word, const std::vector<std::string_view>& known) {
    const auto near = nearest(word.text, known);
    std::string list;
    for (const std::string_view name : known) {
        list += (list.empty() ? "`" : ", `") + std::string(name) + "`";
    }
    file.session.error(DiagnosticKind::unknown_word, word.origin, quoted(word.text) + " is nothing that can be tried here")
        .help(near ? "did you mean `" + std::string(*near) + "`?" : "requests are " + list);
}

void report_not_limit(FileResolver& file, const Word& word) {
    std::vector<std::string_view> names;
    for (const StatementInfo& info : statement_table()) {
        if (info.context == Context::limits) {
            names.push_back(info.keyword);
        }
    }
    const auto near = nearest(word.text, names);
    file.session.error(DiagnosticKind::unknown_word, word.origin, quoted(word.text) + " is not a limit")
        .help(near ? "did you mean `" + std::string(*near) + "`?" : "name a statement of `limits`, as in `limit open-files 1024`");
}

void expect_never_connect(FileResolver& file, const Statement& statement, const std::vector<Word>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i].kind == SyntaxKind::variable) {
            static_cast<void>(parameter_misfit(file, words[i], "an address in a test"));
            continue;
        }
        const auto set = address_value(file, words[i]);
        if (!set) {
            continue;
        }
        Request request;
        request.kind = RequestKind::connect_tcp;
        expect(file, statement, words[i], std::move(request));
        file.test->expectations.back().addresses = *set;
    }
}

}  // namespace

void resolve_test_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    const auto words = words_of(file, statement.items);
    if ((!block || words.size() != 1) && !statement.view.has_error()) {
        report_shape(file, statement, words.size() > 1 ? words[1].origin : statement.origin(), "`test` takes a claim and a block");
    }
    Test test;
    test.origin = statement.origin();
    if (words.size() == 1) {
        test.claim = literal_value(file, words[0]).value_or(std::string());
        test.origin = words[0].origin;
    }
    if (!block) {
        return;
    }
    file.test = &test;
    resolve_statements(file, Context::test, block->statements());
    file.test = nullptr;
    file.session.profile.tests.push_back(std::move(test));
}

void resolve_expectation(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    refuse_optional(file, words);
    if (words.size() < 2) {
        if (complete) {
            report_shape(file, statement, statement.origin(),
                         quoted(statement.keyword.text()) + " takes a request and what it is for");
        }
        return;
    }
    if (const auto kind = path_kind(words[0].text)) {
        for (std::size_t i = 1; i < words.size(); ++i) {
            expect_path(file, statement, words[i], *kind);
        }
    } else if (words[0].text == "connect") {
        expect_connect(file, statement, words);
    } else if (words[0].text == "resolve") {
        expect_resolve(file, statement, words);
    } else if (words[0].text == "syscall") {
        expect_system_calls(file, statement, words);
    } else {
        report_not_request(file, words[0], {"read", "write", "exec", "connect", "resolve", "syscall"});
    }
}

void resolve_never(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    refuse_optional(file, words);
    if (words.size() < 2) {
        if (complete) {
            report_shape(file, statement, statement.origin(), "`never` takes a request and what it is for");
        }
    } else if (words[0].text == "write") {
        for (std::size_t i = 1; i < words.size(); ++i) {
            expect_path(file, statement, words[i], RequestKind::write);
        }
    } else if (words[0].text == "connect") {
        expect_never_connect(file, statement, words);
    } else {
        report_not_request(file, words[0], {"write", "connect"});
    }
}

void resolve_limit_expectation(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (words.size() != 2) {
        if (complete) {
            report_shape(file, statement, statement.origin(), "`limit` takes the name of a limit and its value");
        }
        return;
    }
    const auto limit = find_limit(words[0].text);
    if (!limit) {
        report_not_limit(file, words[0]);
        return;
    }
    if (const auto value = read_limit_value(file, statement, *limit, words[1])) {
        Request request;
        request.kind = RequestKind::limit;
        request.limit = *limit;
        request.limit_value = *value;
        expect(file, statement, words[1], std::move(request));
        file.test->expectations.back().allowed = true;
    }
}

void resolve_environment_expectation(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), quoted(statement.keyword.text()) + " needs the name of a variable");
    }
    for (const Word& word : words) {
        if (word.kind != SyntaxKind::name || !is_variable_name(word.text)) {
            report_value(file, statement, word, "the name of a variable");
            continue;
        }
        Request request;
        request.kind = RequestKind::environment;
        request.name = std::string(word.text);
        expect(file, statement, word, std::move(request));
    }
}

}  // namespace sbx::policy

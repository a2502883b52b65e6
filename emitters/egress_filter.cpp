// Three kinds of files. The first makes everything shut: sets, chains with policy drop, denials. Chunks add what did not fit it:
// elements, and rules in chains that nothing jumps to yet. The last opens the allowances.
#include "emitters/egress_filter.hpp"

#include "compiler/plan/filter_size.hpp"
#include "emitters/egress_chains.hpp"
#include "emitters/egress_text.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>

namespace sbx::emit {
namespace {

using plan::max_filter_elements;

constexpr std::string_view block_indent = "        ";
constexpr std::string_view statement_indent = "    ";

/// What one transaction holds, so far.
class Transactions {
public:
    /// Adds what cannot be split.
    void add(const std::string& text, std::size_t size) {
        if (files_.empty() || size_ + size > max_filter_elements) {
            files_.emplace_back(fmt::format("{}\n", format::filter_magic));
            size_ = 0;
        }
        files_.back() += text;
        size_ += size;
    }
    [[nodiscard]] std::size_t room() const { return files_.empty() ? max_filter_elements : max_filter_elements - size_; }
    [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

private:
    std::vector<std::string> files_;
    std::size_t size_ = 0;
};

/// Elements of a set, as many as there is room for at a time.
void add_elements(const plan::FilterSet& set, Transactions& chunks) {
    for (std::size_t begin = 0; begin < set.elements.size();) {
        const std::size_t room = chunks.room() == 0 ? max_filter_elements : chunks.room();
        const std::size_t end = std::min(set.elements.size(), begin + room);
        const std::string lines = element_lines(set, begin, end, statement_indent);
        chunks.add(fmt::format("add element inet {} {} {{\n{}}}\n", format::filter_table, Name(set.name), lines), end - begin);
        begin = end;
    }
}

std::string table_block(const std::string& text) {
    return fmt::format("table inet {} {{\n{}}}\n", format::filter_table, text);
}

std::string set_block(const plan::FilterSet& set, bool with_elements) {
    if (!with_elements || set.elements.empty()) {
        return fmt::format("{} }}\n", set_head(set));
    }
    return fmt::format("{}\n{}elements = {{\n{}{}}}\n    }}\n", set_head(set), block_indent,
                       element_lines(set, 0, set.elements.size(), "            "), block_indent);
}

/// The rules of `allowed`; those that no longer fit stand in chains of their own, which are loaded before. They are added to the
/// chain, which is not declared again: in one transaction that would change it, and for the end of a change nft waits some 10 ms.
std::string allowances(const plan::FilterPlan& plan, Transactions& chunks) {
    std::string last;
    std::string overflow;
    std::size_t size = 0;
    std::size_t overflow_size = 0;
    std::size_t chains = 0;
    const auto add_last = [&last](const std::string& rule) {
        last += fmt::format("add rule inet {} allowed {}\n", format::filter_table, rule);
    };
    const auto close_chain = [&] {
        const std::string name = fmt::format("allowed_{:03}", chains++);
        chunks.add(table_block(fmt::format("    chain {} {{\n{}    }}\n", name, overflow)), overflow_size);
        add_last("jump " + name);
        overflow.clear();
        overflow_size = 0;
    };
    for (const plan::FilterRule& rule : plan.allowances) {
        const std::size_t rule_size = plan::size_of(rule);
        const std::string text = fmt::format("{} accept{}", match_text(rule), origin_comment(rule.origins));
        if (size + rule_size <= max_filter_elements / 2) {
            add_last(text);
            size += rule_size;
            continue;
        }
        if (overflow_size + rule_size > max_filter_elements / 2) {
            close_chain();
        }
        overflow += fmt::format("{}{}\n", block_indent, text);
        overflow_size += rule_size;
    }
    if (!overflow.empty()) {
        close_chain();
    }
    return last;
}

Artifact file(std::string name, std::string text) {
    return Artifact{std::move(name), std::move(text), 0644, {}};
}

}  // namespace

std::vector<Artifact> egress_filter(const plan::ExecutionPlan& plan) {
    if (plan.process.network != policy::NetworkMode::filtered) {
        return {};
    }
    const plan::FilterPlan& filter = plan.network;
    Transactions chunks;
    std::string sets;
    std::size_t size = plan::size_of_base(filter);
    for (const plan::FilterSet& set : filter.sets) {
        const bool fits = size + set.elements.size() <= max_filter_elements;
        sets += set_block(set, fits);
        if (fits) {
            size += set.elements.size();
        } else {
            add_elements(set, chunks);
        }
    }
    const std::string magic = fmt::format("{}\n", format::filter_magic);
    std::vector<Artifact> files = {file(std::string(format::filter_first), magic + table_block(sets + "\n" + chains_text(filter)))};
    const std::string last = magic + allowances(filter, chunks);
    for (std::size_t i = 0; i < chunks.files().size(); ++i) {
        files.push_back(file(fmt::format("{}{:03}.nft", format::filter_chunk_prefix, i), chunks.files()[i]));
    }
    files.push_back(file(std::string(format::filter_last), last));
    return files;
}

std::vector<std::string> filter_files(const std::vector<Artifact>& artifacts) {
    std::vector<std::string> names;
    for (const Artifact& artifact : artifacts) {
        const bool is_edge = artifact.name == format::filter_first || artifact.name == format::filter_last;
        if (!is_edge && artifact.name.starts_with(format::filter_chunk_prefix)) {
            names.push_back(artifact.name);
        }
    }
    // Beyond egress.999.nft the order of names is not that of numbers.
    std::sort(names.begin(), names.end(),
              [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
    names.insert(names.begin(), std::string(format::filter_first));
    names.emplace_back(format::filter_last);
    return names;
}

}  // namespace sbx::emit

// A filtered network for a shell: what it fills into sets, how much of the filter has to be there once it is loaded, and the text
// of the filter, byte for byte that of the bundle's files.
#include "compiler/plan/invariant.hpp"
#include "emitters/egress_filter.hpp"
#include "emitters/launcher_parts.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace sbx::emit {
namespace {

/// Networks of 256 addresses, as the runtime has them. The last is for measuring network devices (RFC 2544).
constexpr std::array<std::string_view, 4> choices = {"10.0.2", "192.168.237", "172.30.237", "198.18.237"};

bool holds(const plan::FilterSet& set, std::string_view prefix) {
    const policy::AddressRange network = policy::parse_range(std::string(prefix) + ".0/24").range;
    return std::any_of(set.elements.begin(), set.elements.end(), [&](const plan::FilterElement& element) {
        return element.addresses.first <= network.last && network.first <= element.addresses.last;
    });
}

/// The chains of a filter with the number of their rules, as its text brings them.
class LoadedChains {
public:
    void read(std::string_view text) {
        while (!text.empty()) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            read_line(line);
        }
    }
    /// `allowed:7 !input:5 `: an exclamation mark for one that packets meet first.
    [[nodiscard]] std::string words() const {
        std::string all;
        for (const Chain& chain : chains_) {
            all += fmt::format("{}{}:{} ", chain.is_first ? "!" : "", Name(chain.name), chain.rules);
        }
        return all;
    }

private:
    struct Chain {
        std::string name;
        bool is_first = false;
        std::size_t rules = 0;
    };

    void read_line(std::string_view line) {
        constexpr std::string_view head = "    chain ";
        constexpr std::string_view rule = "        ";
        const std::string added = fmt::format("add rule inet {} ", format::filter_table);
        if (line.starts_with(head)) {
            line.remove_prefix(head.size());
            current_ = index_of(line.substr(0, line.find(' ')));
            inside_ = !line.ends_with("}");
        } else if (inside_ && line.starts_with(rule)) {
            const bool hook = line.substr(rule.size()).starts_with("type ");
            chains_[current_].is_first = chains_[current_].is_first || hook;
            chains_[current_].rules += hook ? 0 : 1;
        } else if (line.starts_with(added)) {
            line.remove_prefix(added.size());
            ++chains_[index_of(line.substr(0, line.find(' ')))].rules;
        } else {
            inside_ = false;
        }
    }
    std::size_t index_of(std::string_view name) {
        const auto found = std::find_if(chains_.begin(), chains_.end(), [name](const Chain& chain) { return chain.name == name; });
        if (found != chains_.end()) {
            return static_cast<std::size_t>(found - chains_.begin());
        }
        chains_.push_back(Chain{std::string(name)});
        return chains_.size() - 1;
    }

    std::vector<Chain> chains_;
    std::size_t current_ = 0;
    bool inside_ = false;
};

std::string network_function(const plan::FilterPlan& plan, const ShellNames& names, const std::string& loaded) {
    ShellFunction function("policy_network");
    for (const plan::FilterFill& fill : plan.fill) {
        constexpr std::string_view suffix = "_4";
        const std::string value = fmt::format("\"${}\"", names.variable(fill.parameter));
        if (fill.family == plan::FillFamily::port) {
            function.line(fmt::format("fill_port {} {}", quoted(fill.set), value));
        } else if (fill.family == plan::FillFamily::ipv4) {
            function.line(fmt::format("fill_address {} {}", quoted(fill.set.substr(0, fill.set.size() - suffix.size())), value));
        }
    }
    std::string choose = "choose_network";
    for (const std::string& network : virtual_networks(plan)) {
        choose += ' ' + quoted(network);
    }
    function.line(choose);
    function.line("sbx_loaded=" + quoted(loaded));
    return function.take();
}

}  // namespace

std::string_view beyond_shell(const plan::ExecutionPlan& plan) {
    if (plan.process.network != policy::NetworkMode::filtered) {
        return {};
    }
    if (plan.network.resolver) {
        return "allows names (`to host`), which need a resolver of the sandbox's own";
    }
    if (!plan.network.publish.empty()) {
        return "publishes a port, which slirp4netns cannot do safely";
    }
    return plan.network.helper == plan::NetworkHelper::pasta ? "allows an IPv6 address, which slirp4netns does not carry" : "";
}

bool launcher_filters(const plan::ExecutionPlan& plan) {
    return plan.process.network == policy::NetworkMode::filtered && beyond_shell(plan).empty();
}

std::vector<std::string> virtual_networks(const plan::FilterPlan& plan) {
    std::set<std::string_view> allowed;
    for (const plan::FilterRule& rule : plan.allowances) {
        allowed.insert(rule.destinations);
    }
    std::vector<std::string> free;
    for (const std::string_view choice : choices) {
        if (std::none_of(plan.sets.begin(), plan.sets.end(),
                         [&](const plan::FilterSet& set) { return allowed.contains(set.name) && holds(set, choice); })) {
            free.emplace_back(choice);
        }
    }
    if (free.empty()) {
        free.emplace_back(choices.back());
    }
    return free;
}

std::string launcher_network(const plan::ExecutionPlan& plan, const ShellNames& names, const std::vector<Artifact>& artifacts) {
    if (plan.process.network != policy::NetworkMode::filtered) {
        return {};
    }
    if (!launcher_filters(plan)) {
        ShellFunction function("policy_network");
        function.line(
            fmt::format("refuse network {} 'run it with sbx-run'", quoted(fmt::format("this bundle {}", beyond_shell(plan)))));
        return function.take();
    }
    ShellFunction text("policy_egress");
    LoadedChains loaded;
    const std::vector<std::string> files = filter_files(artifacts);
    for (std::size_t i = 0; i < files.size(); ++i) {
        // One start of nft is faster than two, and without an interface nothing can leave between two files.
        if (i > 0 && files.size() > 2) {
            text.line("next_transaction");
        }
        if (i + 1 == files.size()) {
            text.line("egress_fill");
        }
        const auto file =
            std::find_if(artifacts.begin(), artifacts.end(), [&](const Artifact& each) { return each.name == files[i]; });
        plan::invariant(file != artifacts.end(), "every file of the filter is there before the launcher is written");
        loaded.read(file->bytes);
        text.line("egress_text " + quoted(file->bytes));
    }
    return network_function(plan.network, names, loaded.words()) + text.take();
}

}  // namespace sbx::emit

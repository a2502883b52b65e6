// What the probe must find. Of the policy only decide() is asked, and where links lead; of the host, what it has.
#include "tests/kernel/sampled_policy.hpp"

#include <algorithm>

namespace sbx::kernel {
namespace {

using policy::RequestKind;
using policy::SandboxPath;
using policy::Verdict;
using policy::View;
using Answers = std::set<std::string>;

const std::string nothing = "absent";
const std::string empty_directory = "empty directory";
const std::string some_directory = "directory";
const std::string empty_file = "file = ";

SandboxPath literal(const std::string& path) {
    return *SandboxPath::literal(path);
}

policy::Decision ask_oracle(const policy::Policy& policy, RequestKind kind, const std::string& path) {
    policy::Request request;
    request.kind = kind;
    request.path = literal(path);
    return policy::decide(policy, request);
}

class Oracle {
public:
    Oracle(const SampledPolicy& policy, const SampledHost& host)
        : policy_(policy.meant.profile.policy), host_(host), view_(policy_.filesystem, no_values_) {}

    Questions ask() {
        for (const std::string& point : host_.points()) {
            look(point);
        }
        for (const std::string& directory : boundaries()) {
            execute(directory + "/program");
        }
        for (const std::string& point : host_.points()) {
            write(point);
        }
        return std::move(questions_);
    }

private:
    const policy::Policy& policy_;
    const SampledHost& host_;
    policy::ParameterValues no_values_;
    policy::ConcreteView view_;
    Questions questions_;

    [[nodiscard]] policy::Decision decided(RequestKind kind, const std::string& path) const {
        return ask_oracle(policy_, kind, path);
    }
    [[nodiscard]] std::string arrival(const std::string& path) const { return view_.walk(literal(path)).path.text(); }
    [[nodiscard]] bool is_node(const std::string& path) const { return policy_.filesystem.nodes.contains(literal(path)); }
    /// Something stands below that is no mask, and so must be there.
    [[nodiscard]] bool leads_somewhere(const std::string& path) const {
        const auto& nodes = policy_.filesystem.nodes;
        return std::any_of(nodes.begin(), nodes.end(), [&](const auto& entry) {
            return entry.first.text().starts_with(path + "/") && !std::holds_alternative<policy::Mask>(entry.second.content);
        });
    }

    /// The host's path of a place that a host tree gives.
    [[nodiscard]] std::string on_host(const policy::Decision& decision, const std::string& place) const {
        const auto& tree = std::get<policy::HostTree>(policy_.filesystem.nodes.at(decision.node).content);
        return tree.source.joined(policy::below(decision.node, literal(place))).text();
    }

    // ---- what is seen -------------------------------------------------------------------------------------------------------

    [[nodiscard]] Answers seen_on_host(const std::string& source) const {
        if (!host_.has(source)) {
            return {nothing};
        }
        if (SampledHost::is_directory_name(source)) {
            return {some_directory};
        }
        const std::string target = host_.link_target(source);
        return target.empty() ? Answers{"file = " + replaced(SampledHost::contents_of(source), "\n", "\\n")} : seen(target);
    }

    [[nodiscard]] Answers seen(const std::string& point) const {
        const policy::Decision decision = decided(RequestKind::read, point);
        const std::string place = arrival(point);
        const bool leads = leads_somewhere(place);
        switch (decision.view) {
            case View::absent:
            case View::link:
                return {nothing};
            case View::masked:
                return leads             ? Answers{some_directory}
                       : !is_node(place) ? Answers{nothing}
                                         : Answers{nothing, empty_directory, empty_file, some_directory};
            case View::implied_directory:
                return leads ? Answers{some_directory} : Answers{some_directory, empty_directory, nothing};
            case View::private_read:
                return seen_read_only(place, leads);
            case View::private_write:
                return leads            ? Answers{some_directory}
                       : is_node(place) ? Answers{empty_directory, some_directory}
                                        : Answers{nothing, some_directory, empty_directory};
            case View::host_read:
            case View::host_write:
                return seen_on_host(on_host(decision, place));
            case View::procfs:
            case View::device:
            case View::socket:
                return {};
        }
        return {};
    }
    [[nodiscard]] Answers seen_read_only(const std::string& place, bool leads) const {
        const auto node = policy_.filesystem.nodes.find(literal(place));
        const auto* file = node == policy_.filesystem.nodes.end() ? nullptr : std::get_if<policy::DataFile>(&node->second.content);
        if (file != nullptr) {
            return {"file = " + file->contents.literal()};
        }
        return leads                                  ? Answers{some_directory}
               : view_.has_node_below(literal(place)) ? Answers{some_directory, empty_directory}  // what is hidden may be shown
                                                      : Answers{empty_directory};
    }

    void look(const std::string& point) {
        const Answers answers = seen(point);
        if (!answers.empty()) {
            questions_.all.push_back({"look:" + point, answers, RequestKind::read, point});
        }
    }

    // ---- what can be done ---------------------------------------------------------------------------------------------------

    /// Each node, what surrounds it, and what lies in it.
    [[nodiscard]] std::set<std::string> boundaries() const {
        std::set<std::string> directories;
        for (const auto& [path, node] : policy_.filesystem.nodes) {
            const std::string text = path.text();
            for (const std::string& each : {text, text + "/a", text + "b", path.parent().value_or(path).text()}) {
                if (std::count(host_.points().begin(), host_.points().end(), each) != 0 && SampledHost::is_directory_name(each)) {
                    directories.insert(each);
                }
            }
        }
        return directories;
    }

    void execute(const std::string& program) {
        const policy::Decision decision = decided(RequestKind::exec, program);
        const bool of_host = decision.view == View::host_read || decision.view == View::host_write;
        const bool there = of_host && host_.has(on_host(decision, arrival(program)));
        const bool works = decision.verdict == Verdict::allowed && there;
        questions_.all.push_back({"exec:" + program, {works ? "ok" : "no"}, RequestKind::exec, program});
    }

    void write(const std::string& point) {
        const bool is_link = !host_.link_target(point).empty();
        const std::string file = SampledHost::is_directory_name(point) ? point + "/w" : point;
        const policy::Decision decision = decided(RequestKind::write, file);
        const std::string place = arrival(file);
        const std::string parent = place.substr(0, place.rfind('/'));
        // What a link leads to is there or not, but is not made on the way.
        const bool may_lack_parent = place != file && !seen(parent).contains(some_directory);
        if (is_link || may_lack_parent || decision.view == View::procfs || decision.view == View::device) {
            return;
        }
        const bool allowed = decision.verdict == Verdict::allowed;
        questions_.all.push_back({"create:" + file, {allowed ? "ok" : "no"}, RequestKind::write, file});
        if (allowed && decision.view == View::host_write) {
            questions_.arriving.insert(on_host(decision, place));
        }
    }
};

}  // namespace

std::string reason_of(const Question& question, const SampledPolicy& policy) {
    return ask_oracle(policy.meant.profile.policy, question.kind, question.path).reason;
}

Questions questions(const SampledPolicy& policy, const SampledHost& host) {
    return Oracle(policy, host).ask();
}

}  // namespace sbx::kernel

// Reads bwrap.args and does what its options say, in order. See the header.
#include "tests/property/mount_model.hpp"

#include <utility>

namespace sbx::test {

namespace {

std::string_view take_string(std::string_view& bytes) {
    const std::size_t end = bytes.find('\0');
    if (end == std::string_view::npos) {
        throw ModelBreach{"a string does not end"};
    }
    const std::string_view string = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    return string;
}

}  // namespace

MountModel::MountModel(ModelHost host, const Files& files, const Values& values)
    : host_(std::move(host)), files_(files), values_(values) {
    mounts_.emplace_back();  // "an empty tmpfs where the root is"
}

std::string MountModel::text_of(std::string_view word) const {
    if (word.empty() || (word.front() != '=' && word.front() != '"')) {
        throw ModelBreach{"no text: " + std::string(word)};
    }
    if (word.front() == '=') {
        return std::string(word.substr(1));
    }
    std::string text;
    for (std::size_t i = 1; i + 1 < word.size(); ++i) {
        if (word[i] == '$') {
            const std::size_t end = word.find('}', i);
            text += values_.at(std::string(word.substr(i + 2, end - i - 2)));
            i = end;
        } else if (word[i] == '\\') {
            throw ModelBreach{"the model's names need no escape: " + std::string(word)};
        } else {
            text += word[i];
        }
    }
    return text;
}

MountModel::Operand MountModel::operand(std::string_view word) const {
    const char type = word.empty() ? '\0' : word.front();
    switch (type) {
        case '<':
        case '>':
            return {type, text_of(word.substr(2))};
        case '@':
            return {type, files_.at("data/" + std::string(word.substr(1)))};
        case '&':
            return {type, text_of(files_.at("data/" + std::string(word.substr(1))))};
        case '#':
            return {type, {}};
        default:
            return {'=', text_of(word)};
    }
}

bool MountModel::guard_holds(std::string_view guard, const std::string& path) {
    const bool there = host_.exists(path);
    const bool directory = there && ModelHost::is_directory(path);
    const bool wants_directory = guard.find("directory") != std::string_view::npos;
    const bool wants_file = guard.find("file") != std::string_view::npos;
    if (there && ((wants_directory && !directory) || (wants_file && directory))) {
        throw ModelRefusal{path + " is of the wrong kind"};
    }
    if (guard.rfind("reserve-", 0) == 0 && !there) {
        const std::string parent = path.substr(0, path.rfind('/'));
        if (!host_.exists(parent)) {
            throw ModelRefusal{path + " cannot be reserved"};
        }
        host_.missing.erase(path);
        host_.made.insert(path);
        return true;
    }
    if (guard.rfind("must-", 0) == 0 && !there) {
        throw ModelRefusal{path + " is missing"};
    }
    return there;
}

void MountModel::replay(std::string_view records) {
    if (take_string(records) != "sbx-bwrap-args 1") {
        throw ModelBreach{"not the table"};
    }
    while (!records.empty()) {
        const std::string_view guard = take_string(records);
        const bool conditional = guard != "always" && guard != "comment";
        const std::string path = conditional ? text_of(take_string(records)) : std::string();
        std::vector<std::string> words;
        for (auto left = std::stoul(std::string(take_string(records))); left > 0; --left) {
            words.emplace_back(take_string(records));
        }
        if (guard == "comment" || (conditional && !guard_holds(guard, path))) {
            continue;
        }
        for (std::size_t at = 0; at < words.size();) {
            at = apply(words, at);
        }
    }
}

std::size_t MountModel::apply(const std::vector<std::string>& words, std::size_t at) {
    static const std::set<std::string> none = {"--unshare-user",    "--unshare-pid",    "--unshare-ipc",
                                               "--unshare-uts",     "--unshare-cgroup", "--unshare-net",
                                               "--die-with-parent", "--disable-userns", "--new-session"};
    static const std::set<std::string> one = {"--uid",   "--gid",   "--hostname",  "--cap-drop", "--add-seccomp-fd",
                                              "--chdir", "--perms", "--size",      "--dir",      "--tmpfs",
                                              "--proc",  "--dev",   "--remount-ro"};
    const std::string option = text_of(words[at]);
    const std::size_t count = none.count(option) != 0 ? 0 : one.count(option) != 0 ? 1 : 2;
    std::vector<Operand> operands;
    for (std::size_t i = 1; i <= count; ++i) {
        operands.push_back(operand(words.at(at + i)));
    }
    if (option == "--perms") {
        permissions_ = operands[0].text;
    } else if (option == "--size") {
        size_ = operands[0].text;
    } else {
        apply_mount(option, operands);
        if (!permissions_.empty() || !size_.empty()) {
            throw ModelBreach{"--perms or --size before " + option};
        }
    }
    return at + 1 + count;
}

/// "--size must be followed by --tmpfs"; without it a tmpfs may take half of the memory (tmpfs(5)).
void MountModel::require_size(const std::string& option) {
    if (std::exchange(size_, {}).find_first_of("123456789") == std::string::npos) {
        throw ModelBreach{option + " without a size"};
    }
    permissions_.clear();
}

void MountModel::apply_mount(const std::string& option, const std::vector<Operand>& operands) {
    if (option == "--bind-fd" || option == "--ro-bind-fd") {
        const std::string& source = operands[0].text;
        if (!host_.exists(source)) {
            throw ModelRefusal{source + " cannot be opened"};
        }
        attach(operands[1].text, ModelHost::is_directory(source), Mount{Kind::host, option == "--bind-fd", source, {}, {}, {}});
    } else if (option == "--tmpfs") {
        require_size(option);
        attach(operands[0].text, true, Mount{});
    } else if (option == "--dir") {
        permissions_.clear();
        make_place(operands[0].text, true);
    } else if (option == "--ro-bind-data") {
        permissions_.clear();
        attach(operands[1].text, false, Mount{Kind::data, false, operands[0].text, {}, {}, {}});
    } else if (option == "--symlink") {
        make_link(operands[0].text, operands[1].text);
    } else if (option == "--proc") {
        attach(operands[0].text, true, Mount{Kind::process, true, {}, {}, {}, {}});
    } else if (option == "--dev") {
        attach(operands[0].text, true, Mount{Kind::device, true, {}, {}, {}, {}});
    } else if (option == "--remount-ro") {
        Spot spot{0, {}};
        cross(spot);
        for (const std::string& part : parts_of(operands[0].text)) {
            spot.rest += "/" + part;
            cross(spot);
        }
        if (!spot.rest.empty()) {
            throw ModelBreach{"no mount to remount at " + operands[0].text};
        }
        mounts_[spot.mount].writable = false;
    }
}

void MountModel::make_link(const std::string& target, const std::string& place) {
    const std::size_t slash = place.rfind('/');
    Spot spot = make_place(place.substr(0, slash), true);
    spot.rest += place.substr(slash);
    if (mounts_[spot.mount].kind != Kind::tmpfs || !mounts_[spot.mount].writable || exists(spot)) {
        throw ModelBreach{"a link cannot be made at " + place};
    }
    mounts_[spot.mount].entries[spot.rest] = Entry{false, target};
}

}  // namespace sbx::test

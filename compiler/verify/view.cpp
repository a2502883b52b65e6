// Nearest places by walking up, and what follows from them below; see the header.
#include "compiler/verify/view.hpp"

#include <iterator>

namespace sbx::verify {
namespace {

std::string octal(std::uint32_t mode) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + (mode & 7U)));
        mode >>= 3U;
    } while (mode != 0);
    return digits;
}

/// The part of `path` below `above`: empty, or `/…`.
std::string_view suffix_below(const SandboxPath& above, const SandboxPath& path) {
    if (path == above) {
        return {};
    }
    return above.is_root() ? std::string_view(path.tail()) : std::string_view(path.tail()).substr(above.tail().size());
}

std::string size_text(std::uint64_t bytes) {
    return bytes == 0 ? std::string("as large as memory") : "of " + std::to_string(bytes) + " bytes";
}

}  // namespace

SandboxPath first_parameter() {
    return *SandboxPath::below_parameter("A", "");
}

std::string describe(const View& view) {
    switch (view.sight) {
        case Sight::absent:
            return "nothing";
        case Sight::passage:
            return "an empty directory on the way to something else";
        case Sight::host_tree:
            return "the host's " + named(view.source.text()) + (view.writable ? ", writable" : ", read-only") +
                   (view.displaced ? ", seen from elsewhere" : "");
        case Sight::private_directory:
            return "a private writable directory " + size_text(view.size) + ", mode " + octal(view.mode);
        case Sight::empty_directory:
            return "an empty read-only directory, mode " + octal(view.mode);
        case Sight::file:
            return view.contents.pieces().empty() ? "an empty read-only file, mode " + octal(view.mode)
                                                  : "a read-only file, mode " + octal(view.mode) + ", that holds " +
                                                        named(view.contents.quoted().substr(0, 60));
        case Sight::link:
            return "a link to " + named(view.target);
        case Sight::procfs:
            return "a procfs";
        case Sight::devices:
            return view.writable ? "a device directory, left writable" : "a device directory";
        case Sight::device:
            return "the host's device " + named(view.source.text());
        case Sight::socket:
            return "the host's socket " + named(view.source.text());
    }
    return {};
}

const SandboxPath* ViewTree::under(const std::string& parameter) const {
    const auto found = parameters_->find(parameter);
    return found != parameters_->end() && found->second.value.under ? &*found->second.value.under : nullptr;
}

std::vector<SandboxPath> ViewTree::cover(const SandboxPath& path) {
    std::vector<SandboxPath> covered;
    const auto remove = [&](Map::iterator view) {
        covered.push_back(view->first);
        index_.at(view->first.parameter()).erase(view->first.tail());
        return views_.erase(view);
    };
    for (auto below = views_.upper_bound(path); below != views_.end() && path.contains(below->first);) {
        below = remove(below);
    }
    if (path.is_literal()) {
        for (auto view = views_.lower_bound(first_parameter()); view != views_.end();) {
            const SandboxPath* const directory = under(view->first.parameter());
            view = directory != nullptr && path.contains(*directory) ? remove(view) : std::next(view);
        }
    }
    return covered;
}

void ViewTree::place(const SandboxPath& path, View view) {
    const auto [place, added] = views_.insert_or_assign(path, std::move(view));
    if (added) {
        index_[path.parameter()].emplace(place->first.tail(), &*place);
    }
}

const ViewTree::Map::value_type* ViewTree::find(const std::string& parameter, std::string_view tail) const {
    const auto index = index_.find(parameter);
    if (index == index_.end()) {
        return nullptr;
    }
    const auto found = index->second.find(tail);
    return found == index->second.end() ? nullptr : found->second;
}

/// At the tail or above it; above a bare parameter it goes on at the directory that the parameter lies under.
const ViewTree::Map::value_type* ViewTree::nearest(const std::string& parameter, std::string_view tail) const {
    while (true) {
        if (const auto* const found = find(parameter, tail)) {
            return found;
        }
        const std::size_t slash = tail.rfind('/');
        if (slash == std::string_view::npos || (parameter.empty() && tail == "/")) {
            break;
        }
        tail = slash == 0 && parameter.empty() ? std::string_view("/") : tail.substr(0, slash);
    }
    const SandboxPath* const directory = parameter.empty() ? nullptr : under(parameter);
    return directory == nullptr ? nullptr : nearest(directory->parameter(), directory->tail());
}

const ViewTree::Map::value_type* ViewTree::around(const SandboxPath& path) const {
    const std::string_view tail = path.tail();
    const std::size_t slash = tail.rfind('/');
    if (path.is_root()) {
        return nullptr;
    }
    if (slash == std::string_view::npos) {
        const SandboxPath* const directory = under(path.parameter());
        return directory == nullptr ? nullptr : nearest(directory->parameter(), directory->tail());
    }
    return nearest(path.parameter(), slash == 0 && path.is_literal() ? std::string_view("/") : tail.substr(0, slash));
}

bool ViewTree::holds(const SandboxPath& path) const {
    const auto below = views_.upper_bound(path);
    if (below != views_.end() && path.contains(below->first)) {
        return true;
    }
    if (!path.is_literal()) {
        return false;
    }
    for (auto view = views_.lower_bound(first_parameter()); view != views_.end(); ++view) {
        const SandboxPath* const directory = under(view->first.parameter());
        if (directory != nullptr && path.contains(*directory)) {
            return true;
        }
    }
    return false;
}

std::optional<SandboxPath> ViewTree::host_path(const SandboxPath& path) const {
    const auto* const above = around(path);
    if (above == nullptr || above->second.sight != Sight::host_tree || above->second.displaced) {
        return std::nullopt;
    }
    if (above->first == above->second.source) {
        return path;
    }
    if (above->first.parameter() != path.parameter()) {
        return std::nullopt;
    }
    return above->second.source.joined(suffix_below(above->first, path));
}

View ViewTree::at(const SandboxPath& path) const {
    const auto* const found = find(path.parameter(), path.tail());
    return found != nullptr ? found->second : inherited(path);
}

View ViewTree::inherited(const SandboxPath& path) const {
    const auto* const above = around(path);
    View view;
    if (above != nullptr) {
        view = above->second;
        switch (view.sight) {
            case Sight::host_tree: {
                const auto source = host_path(path);
                view.displaced = !source;
                view.source = source.value_or(path);
                return view;
            }
            case Sight::private_directory:
            case Sight::procfs:
                return view;
            case Sight::absent:
            case Sight::passage:
            case Sight::empty_directory:
            case Sight::file:
            case Sight::link:
            case Sight::devices:
            case Sight::device:
            case Sight::socket:
                break;
        }
    }
    view = View{};
    view.sight = holds(path) || path.is_root() ? Sight::passage : Sight::absent;
    return view;
}

}  // namespace sbx::verify

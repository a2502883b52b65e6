// The lists; see the header.
#include "compiler/policy/vocabulary.hpp"

#include "compiler/policy/supervised_limits.hpp"

namespace sbx::policy {

const std::vector<std::string_view>& bubblewrap_features() {
    static const std::vector<std::string_view> words = {"bind-fd", "disable-userns", "overlay", "argv0"};
    return words;
}

const std::vector<std::string_view>& degradable_words() {
    static const std::vector<std::string_view> words = [] {
        std::vector<std::string_view> all;
        for (const Limit limit : degradable_limits) {
            all.push_back(to_text(limit));
        }
        all.insert(all.end(), {degradable_landlock, every_degradable});
        return all;
    }();
    return words;
}

const std::vector<std::string_view>& constraint_words() {
    static const std::vector<std::string_view> words = {"under", "one", "of"};
    return words;
}

const std::vector<std::string_view>& unsigned_words() {
    static const std::vector<std::string_view> words = {"waive", "noexec", "unlimited"};
    return words;
}

}  // namespace sbx::policy

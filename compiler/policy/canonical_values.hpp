// The values of canonical JSON that are more than a token: paths, texts, modes, and the parameters that they may name. Assumes that
// the parameters of a document come first, as they do; guarantees values that their types can hold, or a NotCanonical.
#pragma once

#include "compiler/policy/canonical_reader.hpp"
#include "compiler/policy/policy.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sbx::policy {

using Parameters = std::map<std::string, Located<Parameter>>;

class CanonicalValues {
public:
    explicit CanonicalValues(std::string_view text) : json(text) {}

    CanonicalReader json;

    /// An object of declarations; what they declare may be named from here on.
    void read_parameters();
    [[nodiscard]] const Parameters& parameters() const { return parameters_; }

    /// A number up to `most`, which T can hold.
    template <class T>
    T narrow(std::uint64_t most) {
        const std::uint64_t number = json.number();
        if (number > most) {
            json.refuse(std::to_string(number) + " is more than " + std::to_string(most) + ", the most that can stand here");
        }
        return static_cast<T>(number);
    }
    /// The key `mode` and its value.
    std::uint32_t mode();
    /// The key and its value.
    bool flag(std::string_view key);
    std::vector<std::string> sorted_strings();
    SandboxPath path() { return path_of(json.string(), false); }
    SandboxPath path_of(const std::string& text, bool literal_only);
    Text text();
    /// Refuses a name that is not declared, or of none of `types` (any, if there are none).
    void require_parameter(const std::string& name, std::initializer_list<ParameterType> types);

    /// Behind what the map holds already; `shown` is the key in messages.
    template <class Map, class Value>
    void append(Map& map, typename Map::key_type key, Value value, const std::string& shown) const {
        if (!map.empty() && !(map.rbegin()->first < key)) {
            json.refuse("`" + shown + "` stands here a second time, or out of order");
        }
        map.emplace_hint(map.end(), std::move(key), std::move(value));
    }

private:
    Parameter read_parameter();
    ParameterType read_type();
    void read_range(Parameter& parameter);
    void read_characters(Parameter& parameter);
    void check_constraints(const Parameter& parameter) const;

    Parameters parameters_;
};

/// The object that canonical_json() writes for it.
[[nodiscard]] Filesystem read_filesystem(CanonicalValues& values);

}  // namespace sbx::policy

// The manifest as events; see the header.
#include "compiler/cli/bundle_listing.hpp"

#include "runtime/artifact_format.hpp"

#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using Json = nlohmann::json;

/// Each event returns false once all is known, which ends the parse.
class Listing : public nlohmann::json_sax<Json> {
public:
    [[nodiscard]] std::optional<std::set<std::string>> take() {
        return is_ours_ && is_listed_ ? std::optional(std::move(files_)) : std::nullopt;
    }

    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool binary(binary_t& /*value*/) override { return true; }
    bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const nlohmann::detail::exception& /*error*/) override {
        return false;
    }

    bool string(string_t& value) override {
        if (depth_ == 1 && key_ == "compiler") {
            is_ours_ = value.starts_with("policyc ");
        } else if (is_list_ && depth_ == 3 && member_ == "name") {
            files_.insert(value);
        }
        return goes_on();
    }
    bool key(string_t& name) override {
        (depth_ == 1 ? key_ : member_) = name;
        return true;
    }
    bool start_object(std::size_t /*size*/) override {
        ++depth_;
        return true;
    }
    bool end_object() override {
        --depth_;
        return true;
    }
    bool start_array(std::size_t /*size*/) override {
        is_list_ = is_list_ || (depth_ == 1 && key_ == "artifacts");
        ++depth_;
        return true;
    }
    bool end_array() override {
        --depth_;
        is_listed_ = is_listed_ || (is_list_ && depth_ == 1);
        is_list_ = is_list_ && depth_ > 1;
        return goes_on();
    }

private:
    [[nodiscard]] bool goes_on() const { return !is_ours_ || !is_listed_; }

    std::set<std::string> files_ = {std::string(format::manifest_file)};
    std::size_t depth_ = 0;
    std::string key_;     ///< of the outermost object
    std::string member_;  ///< of any other
    bool is_list_ = false;
    bool is_listed_ = false;
    bool is_ours_ = false;
};

}  // namespace

std::optional<std::set<std::string>> listed_files(std::string_view manifest) {
    Listing listing;
    static_cast<void>(Json::sax_parse(manifest, &listing));
    return listing.take();
}

}  // namespace sbx::cli

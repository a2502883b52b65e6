// Numbers in order of first use, three digits or more.
#include "emitters/data_files.hpp"

#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

namespace sbx::emit {

std::string DataFiles::word_for(const plan::Text& contents) {
    const auto known = words_.find(contents);
    if (known != words_.end()) {
        return known->second;
    }
    const std::string number = fmt::format("{:03}", files_.size());
    const bool literal = contents.is_literal();
    Artifact file;
    file.name = fmt::format("{}/{}", format::data_directory, number);
    file.bytes = literal ? contents.literal() : Template(contents).text();
    files_.push_back(std::move(file));
    return words_.emplace(contents, (literal ? '@' : '&') + number).first->second;
}

}  // namespace sbx::emit

// The files of `data/`: contents of files that the sandbox gets. Equal contents share a file; each use still gets a descriptor of
// its own at launch.
#pragma once

#include "emitters/emit.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sbx::emit {

class DataFiles {
public:
    /// The typed word for bwrap.args: `@NNN` as it is, `&NNN` a template.
    [[nodiscard]] std::string word_for(const plan::Text& contents);
    [[nodiscard]] std::vector<Artifact> take() { return std::move(files_); }

private:
    std::map<plan::Text, std::string> words_;
    std::vector<Artifact> files_;
};

}  // namespace sbx::emit

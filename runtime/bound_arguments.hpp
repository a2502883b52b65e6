// Step 4, the whole: the records of bwrap.args, with parameters put in, guards decided, and sources opened, become the words and
// descriptors that bubblewrap gets.
#pragma once

#include "runtime/argument_records.hpp"
#include "runtime/bundle.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/reservations.hpp"
#include "runtime/templates.hpp"

#include <string>
#include <vector>

namespace sbx::runtime {

/// A tree of the host, and where the sandbox shows it.
struct BoundTree {
    std::string source, destination;
    int descriptor = -1;  ///< of the source, among those that are handed over
};

struct BoundArguments {
    std::vector<std::string> words;
    std::vector<Descriptor> handed;    ///< whose numbers stand in `words`
    std::string procfs;                ///< where the sandbox has a procfs; empty: nowhere
    bool root_of_host = false;         ///< a tree of the host is the sandbox's root
    std::size_t after_root = 0;        ///< the first word after what is mounted on the sandbox's root
    std::vector<std::string> skipped;  ///< optional or hidden paths that the host lacks
    std::vector<std::string> written;  ///< trees of the host that can be written; of those in one another the outermost
    std::vector<BoundTree> trees;
    std::string filter_digest;  ///< of the system-call filter, or empty
};

/// Directories that no writable source may hold: the bundle's, and that of our own executable.
[[nodiscard]] std::vector<Lineage> protected_directories(const Bundle& bundle);

/// The effective ids must be those that will run. Refuses what the host or a parameter's value makes impossible.
[[nodiscard]] BoundArguments bind_arguments(const std::vector<Record>& records, const Values& values, const Bundle& bundle,
                                            const std::vector<Lineage>& protected_from, Reservations& reservations);

}  // namespace sbx::runtime

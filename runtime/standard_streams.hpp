// What descriptors 0, 1 and 2 are. Assumes that all three are open.
#pragma once

namespace sbx::runtime {

/// What is written to one comes after what was written to the other before: they are one open file, or one pipe, terminal or
/// socket.
[[nodiscard]] bool standard_outputs_are_one();

/// Whoever has it can open it again, to read what others wrote there or to cut it (R-FS-23).
[[nodiscard]] bool is_regular_file(int descriptor);

/// Both are open on one terminal, by whatever names.
[[nodiscard]] bool are_one_terminal(int one, int other);

/// Standard input is a terminal, or open for writing too.
[[nodiscard]] bool standard_input_takes_output();

}  // namespace sbx::runtime

// policyc, the program.
#include "compiler/cli/program.hpp"

int main(int argc, char** argv) {
    return sbx::cli::run_program(argc, argv);
}

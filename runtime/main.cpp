// sbx-run, and the stage that it is inside the sandbox.
#include "runtime/launch.hpp"
#include "runtime/refusal.hpp"
#include "runtime/stage.hpp"

#include <exception>
#include <unistd.h>

int main(int count, char** arguments) {
    try {
        // Where the program is static its entry point has looked for this already.
        if (count == 3 && arguments[1] == std::string_view(sbx::runtime::stage_word)) {
            sbx::runtime::run_stage(arguments[2]);
        }
        std::vector<std::string_view> environment;
        for (char** variable = environ; *variable != nullptr; ++variable) {
            environment.emplace_back(*variable);
        }
        return sbx::runtime::launch({arguments + (count > 0 ? 1 : 0), arguments + count}, environment);
    } catch (const std::exception&) {
        return sbx::runtime::exit_refused;
    }
}

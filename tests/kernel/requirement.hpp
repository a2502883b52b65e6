// A requirement of the security page as a check that can be put to any launcher. Under the real ones everything must hold; under
// the broken one (naive/, with the flaws that the check names) the controls must still hold and a claim must not: a
// check that can't fail is worth nothing.
#pragma once

#include "tests/kernel/harness.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sbx::kernel {

class Finding {
public:
    /// What the requirement promises.
    void claim(bool holds, std::string_view what, std::string_view seen = "");
    /// What must work even under a broken launcher, or the check would prove nothing.
    void control(bool holds, std::string_view what, std::string_view seen = "");
    /// This machine can't tell; nothing that was found counts.
    void skip(std::string_view why) { skipped_ = why; }

    [[nodiscard]] const std::string& broken_claims() const { return claims_; }
    [[nodiscard]] const std::string& broken_controls() const { return controls_; }
    [[nodiscard]] const std::string& skipped() const { return skipped_; }

private:
    std::string claims_;
    std::string controls_;
    std::string skipped_;
};

struct Setting {
    Mode mode;
    std::string flaws;  ///< of the naive launcher, or compiler
    [[nodiscard]] bool naive() const { return mode.program == Program::naive; }
};
using Check = void (*)(const Setting& setting, Finding& finding);

enum class Under : std::uint8_t {
    all,             ///< every mode
    root,            ///< the launchers as root
    sbx_run,         ///< what `launch`, being shell, does not promise
    compiler,        ///< no launch: judged from what policyc accepts and writes; the broken one is naive_compiler
    broken_as_root,  ///< every mode; the broken launcher needs root to show its flaw
};
struct Requirement {
    std::string id;  ///< R_PRV_01
    std::string title;
    Under under = Under::all;
    std::string flaws;
    Check check = nullptr;
};
[[nodiscard]] std::vector<Requirement>& requirements();
/// One test a mode, and one that shows the broken launcher to be caught. Called once, before the tests run.
void register_requirements();

struct Registration {
    explicit Registration(Requirement requirement) { requirements().push_back(std::move(requirement)); }
};

/// `bundle` as the setting's launcher starts it: `words` after `--`, `options` before.
[[nodiscard]] Command launching(const Setting& setting, const std::string& bundle, std::vector<std::string> words,
                                std::vector<std::string> options = {});
/// The probe with these requests.
[[nodiscard]] Command probing(const Setting& setting, const Scene& scene, std::vector<std::string> requests,
                              std::vector<std::string> options = {});
/// Compiles; what the compiler refuses is a broken control.
bool compiled(Scene& scene, Finding& finding, std::string_view statements);

}  // namespace sbx::kernel

#define SBX_REQUIREMENT(id, title, under, flaws)                                                                          \
    static void check_##id(const ::sbx::kernel::Setting&, ::sbx::kernel::Finding&);                                       \
    static const ::sbx::kernel::Registration register_##id({#id, title, ::sbx::kernel::Under::under, flaws, check_##id}); \
    static void check_##id([[maybe_unused]] const ::sbx::kernel::Setting& setting, ::sbx::kernel::Finding& finding)

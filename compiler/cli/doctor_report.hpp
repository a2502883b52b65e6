// What `policyc doctor` has to say, and its two forms. Pure: the same report gives the same bytes, without a clock.
#pragma once

#include "compiler/cli/doctor_needs.hpp"
#include "compiler/doctor/host_trials.hpp"

#include <string>
#include <vector>

namespace sbx::cli {

struct DoctorReport {
    std::string subject;  ///< the policy or bundle as the user gave it; empty where there is none
    std::string profile;  ///< its name; likewise
    doctor::Launcher launcher;
    std::vector<Need> needs;
    std::vector<doctor::Result> results;  ///< one a need, in the same order

    /// Whether something that is needed does not work.
    [[nodiscard]] bool lacks_something() const;
};

/// One line without its end: `policyc doctor: worker.sbx: 1 of 20 missing: tun-device (EACCES); 2 not tried`.
[[nodiscard]] std::string doctor_summary(const DoctorReport& report);
/// `quiet` leaves out what works, and the summary.
[[nodiscard]] std::string render_doctor_text(const DoctorReport& report, bool quiet);
/// As compiler/cli/schemas/doctor.schema.json describes it.
[[nodiscard]] std::string render_doctor_json(const DoctorReport& report);

/// `EACCES`; empty for 0.
[[nodiscard]] std::string error_name(int error);

}  // namespace sbx::cli

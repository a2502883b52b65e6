// Defects of launch, manifest.json, and the bundle as a whole.
#include "tests/property/seeded_defects.hpp"

#include <string>

namespace sbx::test {

using namespace std::string_literals;
using emit::Artifact;
using emit::Bundle;

const std::vector<Defect>& launcher_defects() {
    static const std::vector<Defect> defects = {
        {"a quote is lost", replaced(launch, "\"$sbx_filter\"", "$sbx_filter"), launch, "not quoted throughout"},
        {"a word is not quoted", replaced(launch, "'--dir' '/empty'", "'--dir' /empty"), launch, "not quoted throughout"},
        {"launch and bwrap.args differ", replaced(launch, "'--ro-bind-fd'", "'--bind-fd'"), launch, "writable; the policy means"},
        {"the fixed part is edited", replaced(launch, "env -i ", "env ", "# ==== The fixed part"), launch, "fixed part"},
        {"what stands ahead is edited", replaced(launch, "LC_ALL=C\n", "LC_ALL=C.UTF-8\n"), launch, "expected `LC_ALL=C`"},
        {"how values are judged is edited", replaced(launch, "wrong() {", "wrong() {\n    return 0"), launch, "fixed part"},
        {"the fixed part is longer", [](Bundle& bundle) { bytes_of(bundle, launch) += "\n"; }, launch, "fixed part"},
        {"a mask is lost in launch", replaced(launch, "'--tmpfs' '/usr/secret'", "'--tmpfs' '/usr/secrex'"), launch, "/usr/secre"},
        {"a guard is weakened in launch", replaced(launch, "reserve-directory '/ws/keys'", "must-be-directory '/ws/keys'"), launch,
         "lacks `reserve-directory /ws/keys`"},
        {"an option is added in launch", replaced(launch, "words '--unshare-user'", "words '--share-net' '--unshare-user'"), launch,
         "`--share-net` is no option"},
        {"a command is added in launch", replaced(launch, "policy_words() {\n", "policy_words() {\n    touch /tmp/x\n"), launch,
         "is no command of `policy_words`"},
        {"a command substitution", replaced(launch, "sbx_run_as='5:6'", "sbx_run_as=$(id -u)"), launch, "sbx_run_as"},
        {"a function is added", replaced(launch, "policy_words() {", "policy_extra() {\n    :\n}\n\npolicy_words() {"), launch,
         "`policy_extra` is no function"},
        {"run-as changes", replaced(launch, "sbx_run_as='5:6'", "sbx_run_as='5:7'"), launch, "`sbx_run_as` is `5:7`"},
        {"command only is lost in launch", replaced(launch, "sbx_only=yes", "sbx_only="), launch, "`sbx_only`"},
        {"groups are not refused", replaced(launch, "sbx_no_groups=yes", "sbx_no_groups="), launch, "`sbx_no_groups`"},
        {"a descriptor more is passed", replaced(launch, "sbx_passes='7 '", "sbx_passes='7 8 '"), launch, "`sbx_passes`"},
        {"a variable is not reset", replaced(launch, "    unset -v sbx_p1\n", ""), launch, "what the caller left"},
        {"a constraint is widened in launch", replaced(launch, "is_number 1 64", "is_number 1 640"), launch, "parameter `jobs`"},
        {"a path may lie anywhere", replaced(launch, "is_path '/var/tmp'", "is_path"), launch, "parameter `scratch`"},
        {"characters are added", replaced(launch, "*[!'abc", "*[!'/abc"), launch, "parameter `tag`"},
        {"a choice is added", replaced(launch, "is_one_of 'fast'", "is_one_of 'fast' 'any'"), launch, "parameter `mode`"},
        {"another default", replaced(launch, "='fast'", "='slow'"), launch, "parameter `mode`"},
        {"parameters are swapped in launch", replaced(launch, "any write \"$sbx_p4\"", "any write \"$sbx_p3\""), launch,
         "another tree than the one that was opened"},
        {"a limit changes in launch", replaced(launch, "limit n '64'", "limit n '640'"), launch, "`open-files` is 640"},
        {"a limit that no shell keeps is passed over",
         replaced(launch,
                  "sbx_beyond='limits `wall-time` and `output`, which a supervisor has to measure; and `memory` and `cpus`, which "
                  "need a cgroup'",
                  "sbx_beyond=''"),
         launch, "a shell cannot keep"},
        {"a limit reads back another", replaced(launch, "'Max file size'", "'Max core file size'"), launch, "reads another back"},
        {"kept names are widened in launch", replaced(launch, "case $1 in LANG)", "case $1 in L*)"), launch, "LANG"},
        {"accepted names are widened in launch", replaced(launch, "case $1 in JOB_A)", "case $1 in *)"), launch, "`accept *`"},
        {"a value changes in launch", replaced(launch, "--setenv PATH '/usr/bin'", "--setenv PATH '/tmp'"), launch,
         "`PATH` is set to"},
        {"another command", replaced(launch, "run '/usr/bin/env'", "run '/usr/bin/sh'"), launch, "the command that runs"},
        {"arguments are split", replaced(launch, "'one two'", "'one' 'two'"), launch, "the command that runs"},
        {"the filter in launch differs", replaced(launch, "printf '%b' '\\040\\00", "printf '%b' '\\041\\00"), launch,
         "system-call filter"},
        {"a place is forgotten", replaced(launch, "    visit tree '/usr' '/usr' '/usr'\n", ""), launch,
         "is no place for the launch"},
        {"masks are not compared", replaced(launch, "    compare_masks\n", ""), launch, "not compared with what is granted"},
        {"a tree is not locked",
         [](Bundle& bundle) {
             std::string& bytes = bytes_of(bundle, launch);
             const std::size_t at = bytes.find("    lock \"$sbx_s");
             bytes.erase(at, bytes.find('\n', at) + 1 - at);
         },
         launch, "is not locked while a sandbox runs"},
    };
    return defects;
}

const std::vector<Defect>& manifest_defects() {
    static const std::string file = "manifest.json";
    static const std::vector<Defect> defects = {
        {"run-as is lost", replaced(file, "\"uid\": 5", "\"uid\": 50"), "manifest.json", "`run_as` is 50:6"},
        {"command only is lost", replaced(file, "\"only\": true", "\"only\": false"), "manifest.json", "the command"},
        {"a descriptor is added", replaced(file, "      7\n", "      7,\n      8\n"), "manifest.json", "other descriptors"},
        {"groups are allowed", replaced(file, "\"groups_none\": true", "\"groups_none\": false"), "manifest.json", "`groups_none`"},
        {"a constraint is widened", replaced(file, "\"maximum\": 64", "\"maximum\": 640"), "manifest.json", "parameter `jobs`"},
        {"a path parameter may lie anywhere", replaced(file, "\"under\": \"/var/tmp\"", "\"under\": \"/var\""), "manifest.json",
         "parameter `scratch`"},
        {"a tree is not exclusive", replaced(file, "\"\\\"/ws\\\"\"", "\"\\\"/wx\\\"\""), "manifest.json", "not locked"},
        {"a requirement is lost", replaced(file, "    \"bwrap:disable-userns\",\n", ""), "manifest.json", "`requires`"},
        {"another semantic hash", replaced(file, "sha256:", "sha256:0"), "manifest.json", "semantic hash"},
        {"another mode", replaced(file, "\"mode\": \"0755\"", "\"mode\": \"0777\""), "launch", "its mode is not"},
        {"an unknown key", replaced(file, "  \"format\": 1,", "  \"format\": 1,\n  \"trust\": true,"), "manifest.json", "`trust`"},
        {"a key twice", replaced(file, "  \"format\": 1,", "  \"format\": 1,\n  \"format\": 1,"), "manifest.json",
         "no JSON as policyc writes it"},
        {"a protection has a status that there is not", replaced(file, "\"status\": \"enforced\"", "\"status\": \"ignored\""),
         "manifest.json", "is no status"},
        {"a protection has a key more", replaced(file, "\"status\": \"enforced\"}", "\"status\": \"enforced\", \"trust\": true}"),
         "manifest.json", "the end of a row of `enforcement`"},
        {"a protection is spelled otherwise", replaced(file, "\"statement\": \"f", "\"statement\": \"\\u0066"), "manifest.json",
         "a text of `enforcement`"},
        {"a protection stands without a comma", replaced(file, "},\n    {\"statement\"", "}\n    {\"statement\""), "manifest.json",
         "without a comma"},
        {"protections stand on one line", replaced(file, "\"enforcement\": [\n", "\"enforcement\": [ "), "manifest.json",
         "no JSON as policyc writes it"},
        {"a file is added",
         [](Bundle& bundle) {
             bundle.artifacts.push_back({"extra", "x", 0644});
         },
         "extra", "a bundle has no such file"},
        {"a file is lost",
         [](Bundle& bundle) {
             std::erase_if(bundle.artifacts, [](const Artifact& artifact) { return artifact.name == "environment.tab"; });
         },
         "environment.tab", "missing"},
        {"a data file is executable",
         [](Bundle& bundle) {
             for (Artifact& artifact : bundle.artifacts) {
                 artifact.mode = artifact.name == "data/000" ? 0755 : artifact.mode;
             }
         },
         "data/000", "its mode is not"},
        {"policy.json is another", replaced("policy.json", "\"writable\": false", "\"writable\": true"), "policy.json",
         "another policy"},
    };
    return defects;
}

}  // namespace sbx::test

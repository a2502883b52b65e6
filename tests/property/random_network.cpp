// Random network blocks over a few addresses next to each other, in both families, with the ends of the ports and the special
// addresses among them; parameters and names where chance has it.
#include "tests/property/random_policy.hpp"

#include <array>
#include <set>

namespace sbx::test {

namespace {

std::string one_of(std::mt19937& random, const std::vector<std::string>& choices) {
    return choices[random() % choices.size()];
}

class NetworkGenerator {
public:
    explicit NetworkGenerator(std::mt19937& random) : random_(random) {
        has_parameters_ = random_() % 3 == 0;
        has_names_ = random_() % 4 == 0;
    }

    std::vector<RandomStatement> make() {
        if (has_parameters_) {
            statements_.push_back({"", "", "param server: address", ""});
            statements_.push_back({"", "", "param door: port 440-450", ""});
        }
        for (std::size_t count = 1 + random_() % 5; count > 0; --count) {
            add(random_() % 3 == 0 ? denial() : allowance());
        }
        if (has_names_ || random_() % 4 == 0) {
            add(std::string("resolver 10.0.0.5") + (has_parameters_ && random_() % 2 == 0 ? " $server" : ""));
        }
        if (random_() % 6 == 0) {
            add("unblock link-local because \"a reason\"");
        }
        if (random_() % 6 == 0) {
            add("unblock metadata because \"a reason\"");
        }
        if (random_() % 6 == 0) {
            add("unblock host port " + ports() + " because \"a reason\"");
        }
        if (random_() % 6 == 0) {
            add(std::string("publish ") + (random_() % 2 == 0 ? "tcp " : "udp ") + (has_parameters_ ? "$door" : "8080"));
        }
        return std::move(statements_);
    }

private:
    void add(const std::string& text) {
        if (said_.insert(text).second) {
            statements_.push_back({"", "", text, "network"});
        }
    }
    std::string addresses() {
        std::string text = one_of(random_, {"10.0.0.0/29", "10.0.0.0/30", "10.0.0.4", "10.0.0.3-10.0.0.6", "10.0.0.7-10.0.0.8",
                                            "2001:db8::/126", "2001:db8::4", "@any", "@private", "169.254.0.0/16 10.0.0.2",
                                            "0.0.0.0-10.0.0.1", "255.255.255.254/31", "::/127 10.0.0.1"});
        if (has_parameters_ && random_() % 4 == 0) {
            text += " $server";
        }
        return text;
    }
    std::string ports() {
        std::string text = one_of(random_, {"443", "442-444", "1", "65535", "1-65535", "80 443", "1-442 444-65535", "53"});
        if (has_parameters_ && random_() % 4 == 0) {
            text += " $door";
        }
        return text;
    }
    std::string allowance() {
        if (has_names_ && random_() % 2 == 0) {
            return "allow " + one_of(random_, {"tcp", "udp"}) + " to host \"" +
                   one_of(random_, {"a.example.org", "*.example.org", "b.a.example.org", "*.a.example.org"}) + "\" port " + ports();
        }
        return rule("allow ");
    }
    std::string denial() {
        return random_() % 4 == 0 ? "deny " + one_of(random_, {"tcp", "udp"}) + " port " + ports() : rule("deny ");
    }
    std::string rule(const std::string& verb) {
        const std::string protocol = one_of(random_, {"tcp", "tcp", "udp", "icmp", "any"});
        const bool has_ports = (protocol == "tcp" || protocol == "udp") && random_() % 4 != 0;
        return verb + protocol + " to " + addresses() + (has_ports ? " port " + ports() : "");
    }

    std::mt19937& random_;
    bool has_parameters_ = false;
    bool has_names_ = false;
    std::vector<RandomStatement> statements_;
    std::set<std::string> said_;
};

}  // namespace

std::vector<RandomStatement> random_network(std::mt19937& random) {
    return NetworkGenerator(random).make();
}

}  // namespace sbx::test

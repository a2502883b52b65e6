// Rows of the table of connections: both sides of every boundary, of addresses and of ports.
#include "tests/kernel/egress_table.hpp"

namespace sbx::kernel {
namespace {

std::vector<EgressRow> addresses_and_ports() {
    return {
        {"OnePort",
         "allow tcp to 203.0.113.5 port 80",
         {"allowed tcp 203.0.113.5 80", "denied tcp 203.0.113.5 79", "denied tcp 203.0.113.5 81", "denied tcp 203.0.113.4 80",
          "denied tcp 203.0.113.6 80", "denied udp 203.0.113.5 80", "denied fragments 203.0.113.5 80",
          "allowed tcp ::ffff:203.0.113.5 80", "denied tcp ::ffff:203.0.113.6 80", "denied tcp ::ffff:203.0.113.5 81",
          "denied udp ::ffff:203.0.113.5 80", "denied tcp 2001:db8:77::5 80", "denied udp 10.77.0.2 53", "denied tcp 10.77.0.1 80",
          "denied tcp 169.254.169.254 80", "own tcp 127.0.0.1 80", "own tcp 127.0.0.1 5432", "own tcp ::1 80"}},
        {"HostThroughTheGateway",
         "allow any to 203.0.113.0/24",
         {"denied tcp 10.0.2.2 5432", "denied udp 10.0.2.2 5432", "denied tcp 10.0.2.2 80", "denied tcp ::ffff:10.0.2.2 5432",
          "denied tcp fe80::2%tap0 5432", "denied udp 10.0.2.3 53", "denied tcp 10.0.2.3 53", "denied udp fe80::3%tap0 53",
          "denied tcp 10.77.0.1 5432", "own udp 127.0.0.1 5432", "own tcp 127.1.2.3 5432", "allowed udp 203.0.113.5 5432"}},
        {"Datagrams",
         "allow udp to 203.0.113.5 port 79-81",
         {"denied udp 203.0.113.5 78", "allowed udp 203.0.113.5 79", "allowed udp 203.0.113.5 81", "denied udp 203.0.113.5 82",
          "denied tcp 203.0.113.5 80", "denied udp 203.0.113.4 80", "denied udp 203.0.113.6 80",
          "allowed udp ::ffff:203.0.113.5 80", "allowed fragments 203.0.113.5 80", "denied fragments 203.0.113.5 82",
          "denied fragments 203.0.113.6 80"}},
        {"NetworksAndRanges",
         "allow tcp to 203.0.113.64/26 198.51.100.9-198.51.100.11 port 79-81",
         {"denied tcp 203.0.113.63 80", "allowed tcp 203.0.113.64 80", "allowed tcp 203.0.113.127 80",
          "denied tcp 203.0.113.128 80", "denied tcp 198.51.100.8 79", "allowed tcp 198.51.100.9 79",
          "allowed tcp 198.51.100.11 81", "denied tcp 198.51.100.12 81", "denied tcp 198.51.100.9 78",
          "denied tcp 198.51.100.11 82"}},
        {"OverlappingAllowances",
         "allow tcp to 203.0.113.0/24 port 79-80; allow tcp to 203.0.113.4/30 port 80-81; deny any to 203.0.113.6",
         {"denied tcp 203.0.113.3 81", "allowed tcp 203.0.113.4 81", "allowed tcp 203.0.113.7 81", "denied tcp 203.0.113.8 81",
          "allowed tcp 203.0.113.8 80", "allowed tcp 203.0.113.4 79", "denied tcp 203.0.113.8 78", "denied tcp 203.0.113.4 82",
          "denied tcp 203.0.113.6 79", "denied tcp 203.0.113.6 81", "allowed tcp 203.0.113.5 80"}},
        {"ADenialInsideAnAllowance",
         "allow tcp to 203.0.113.0/24 port 80; deny tcp to 203.0.113.16/30",
         {"allowed tcp 203.0.113.15 80", "denied tcp 203.0.113.16 80", "denied tcp 203.0.113.19 80", "allowed tcp 203.0.113.20 80",
          "denied tcp ::ffff:203.0.113.17 80", "denied tcp 203.0.113.20 81", "denied udp 203.0.113.20 80",
          "allowed tcp 203.0.113.255 80", "denied tcp 203.0.112.255 80", "denied tcp 203.0.114.0 80"}},
        {"ADeniedPort",
         "allow any to 203.0.113.4/31; deny tcp to 203.0.113.5 port 80",
         {"denied tcp 203.0.113.3 80", "allowed tcp 203.0.113.4 80", "denied tcp 203.0.113.5 80", "allowed tcp 203.0.113.5 79",
          "allowed tcp 203.0.113.5 81", "allowed udp 203.0.113.5 80", "allowed fragments 203.0.113.5 80",
          "denied tcp 203.0.113.6 81"}},
    };
}

std::vector<EgressRow> the_floor() {
    return {
        {"AnythingOfIPv4",
         "allow any to 0.0.0.0/0",
         {"allowed tcp 203.0.113.5 80",     "allowed udp 203.0.113.6 5432",   "allowed tcp 10.77.0.2 80",
          "denied tcp 169.254.169.254 80",  "denied udp 169.254.169.254 80",  "denied tcp ::ffff:169.254.169.254 80",
          "allowed tcp 169.253.255.255 80", "denied tcp 169.254.0.0 80",      "denied tcp 169.254.255.255 80",
          "allowed tcp 169.255.0.0 80",     "allowed tcp 100.100.100.199 80", "denied tcp 100.100.100.200 80",
          "allowed tcp 100.100.100.201 80", "denied tcp 168.63.129.16 80",    "denied udp 192.0.0.192 80",
          "denied tcp 10.77.0.1 80",        "denied udp 10.77.0.1 5432",      "denied tcp ::ffff:10.77.0.1 80",
          "denied tcp 198.18.237.2 5432",   "denied udp 198.18.237.3 53",     "denied tcp 2001:db8:77::5 80",
          "own tcp 127.0.0.1 5432"},
         "",
         {},
         {"198.18.237.2", "198.18.237.3"}},
        {"AnythingAtAll",
         "allow any to @any",
         {"allowed tcp 203.0.113.5 80", "allowed udp 203.0.113.6 81", "allowed tcp 2001:db8:77::5 80",
          "allowed udp 2001:db8:77::6 81", "allowed fragments 2001:db8:77::6 80", "denied tcp fd77::1 80",
          "denied udp fd77::1 5432", "denied tcp fd00:ec2::254 80", "allowed tcp fd00:ec2::253 80", "allowed tcp fd00:ec2::255 80",
          "denied tcp fe80::2%tap0 5432", "denied udp fe80::2%tap0 53", "denied tcp 169.254.169.254 80",
          "denied tcp 10.77.0.1 5432", "denied tcp ::ffff:10.77.0.1 5432", "denied tcp 198.18.237.2 5432",
          "denied udp 198.18.237.3 53", "own tcp ::1 5432", "own tcp 127.0.0.1 5432"},
         "",
         {},
         {"198.18.237.2", "198.18.237.3"}},
        {"Metadata",
         "allow tcp to 169.254.169.254 port 80; unblock metadata because \"a test\"",
         {"allowed tcp 169.254.169.254 80", "denied tcp 169.254.169.254 79", "denied tcp 169.254.169.254 81",
          "denied udp 169.254.169.254 80", "denied tcp 169.254.169.253 80", "denied tcp 169.254.169.255 80",
          "denied tcp 100.100.100.200 80"}},
        {"LinkLocal",
         "allow tcp to 169.254.0.0/16 port 80; unblock link-local because \"a test\"",
         {"allowed tcp 169.254.0.9 80", "allowed tcp 169.254.169.253 80", "denied tcp 169.254.169.254 80",
          "allowed tcp 169.254.169.255 80", "denied tcp 169.254.0.9 81", "denied tcp 169.253.255.255 80",
          "denied tcp 169.255.0.0 80"}},
        {"OnePortOfTheHost",
         "allow tcp to 10.77.0.0/24; unblock host port 80 because \"a test\"",
         {"allowed tcp 10.77.0.1 80", "denied tcp 10.77.0.1 79", "denied tcp 10.77.0.1 81", "denied udp 10.77.0.1 80",
          "allowed tcp 10.77.0.2 79", "denied tcp 10.0.2.2 80", "own tcp 127.0.0.1 80"}},
    };
}

std::vector<EgressRow> families_and_names() {
    return {
        {"BothFamilies",
         "allow tcp to 203.0.113.5 2001:db8:77::5 port 80",
         {"allowed tcp 203.0.113.5 80", "allowed tcp 2001:db8:77::5 80", "denied tcp 2001:db8:77::4 80",
          "denied tcp 2001:db8:77::6 80", "denied tcp 2001:db8:77::5 79", "denied tcp 2001:db8:77::5 81",
          "denied udp 2001:db8:77::5 80", "denied fragments 2001:db8:77::5 80", "denied tcp fd77::1 80", "denied tcp 10.77.0.1 80",
          "denied tcp fe80::2%tap0 5432", "denied tcp 10.0.2.2 5432", "denied udp 10.0.2.3 53", "allowed tcp ::ffff:203.0.113.5 80",
          "denied tcp ::ffff:203.0.113.6 80", "own tcp ::1 5432"}},
        {"DatagramsOfIPv6",
         "allow udp to 2001:db8:77::10-2001:db8:77::1f port 79-81; deny udp to 2001:db8:77::14 port 80",
         {"denied udp 2001:db8:77::f 80", "allowed udp 2001:db8:77::10 80", "allowed udp 2001:db8:77::1f 80",
          "denied udp 2001:db8:77::20 80", "denied udp 2001:db8:77::10 78", "allowed udp 2001:db8:77::10 79",
          "allowed udp 2001:db8:77::10 81", "denied udp 2001:db8:77::10 82", "denied tcp 2001:db8:77::10 80",
          "denied udp 2001:db8:77::14 80", "allowed udp 2001:db8:77::14 79", "allowed fragments 2001:db8:77::10 80",
          "denied fragments 2001:db8:77::20 80", "denied udp 203.0.113.5 80"}},
        {"InsideTheUsualVirtualNetwork",
         "allow tcp to 10.0.2.0/24 port 80",
         {"allowed tcp 10.0.2.77 80", "allowed tcp 10.0.2.2 80", "denied tcp 10.0.1.255 80", "denied tcp 10.0.3.0 80",
          "denied tcp 192.168.237.2 5432", "denied udp 192.168.237.3 53", "denied tcp 203.0.113.5 80"},
         "",
         {},
         {"192.168.237.2", "192.168.237.3"}},
        {"AResolver",
         "allow tcp to 203.0.113.5 port 80; resolver 10.77.0.2",
         {"allowed tcp 203.0.113.5 80", "allowed udp 10.77.0.2 53", "allowed tcp 10.77.0.2 53", "denied udp 10.77.0.2 79",
          "denied tcp 10.77.0.2 80", "denied udp 203.0.113.5 53", "denied udp 10.0.2.3 53", "denied udp 10.77.0.1 53"}},
        {"Names",
         "resolver 10.77.0.2; allow tcp to host \"www.example.org\" port 80; allow tcp to host \"*.sub.example.org\" port 81",
         {"denied tcp 203.0.113.9 80", "denied udp 10.77.0.2 53", "denied tcp 10.77.0.2 53", "denied resolve x.www.example.org",
          "denied resolve example.org", "denied resolve sub.example.org", "allowed resolve www.example.org",
          "allowed tcp 203.0.113.9 80", "denied tcp 203.0.113.9 81", "denied udp 203.0.113.9 80", "denied tcp 203.0.113.8 80",
          "denied tcp 203.0.113.10 80", "denied resolve x.www.example.org", "allowed resolve a.sub.example.org",
          "allowed tcp 203.0.113.9 81", "denied udp 10.77.0.2 53"}},
        {"Parameters",
         "allow tcp to $server port $p; deny tcp to 203.0.113.9",
         {"allowed tcp 203.0.113.6 81", "denied tcp 203.0.113.6 80", "denied tcp 203.0.113.6 82", "denied tcp 203.0.113.5 81",
          "denied tcp 203.0.113.7 81", "denied udp 203.0.113.6 81", "denied tcp 203.0.113.9 81"},
         "param server: address\nparam p: port\n",
         {"server=203.0.113.6", "p=81"}},
    };
}

}  // namespace

const std::vector<EgressRow>& egress_table() {
    static const std::vector<EgressRow> rows = [] {
        std::vector<EgressRow> all = addresses_and_ports();
        for (auto part : {the_floor(), families_and_names()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return rows;
}

}  // namespace sbx::kernel

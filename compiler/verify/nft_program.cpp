// Running a program: what reaches each rule, and what becomes of it. See the header.
#include "compiler/verify/nft_program.hpp"

namespace sbx::verify {

struct NftProgram::Run {
    const NftProgram& program;
    Conditions& conditions;
    const std::vector<Condition>& holds;
    Outcome outcome;

    [[nodiscard]] Condition of(const Term& term) const {
        const Condition in_line = term.line == no_line ? holds_never : holds[term.line];
        const Condition result = conditions.either(in_line, term.question);
        return term.negated ? conditions.opposite(result) : result;
    }

    /// What `arriving` packets leave the chain for the one that jumped here.
    Condition chain(std::size_t number, Condition arriving) {
        Condition left = holds_never;
        for (const Step& step : program.chains_[number]) {
            Condition here = arriving;
            for (const Term& term : step.terms) {
                here = conditions.both(here, of(term));
            }
            if (here == holds_never || step.verdict == NftVerdict::none) {
                continue;
            }
            arriving = conditions.except(arriving, here);
            switch (step.verdict) {
                case NftVerdict::accept:
                    outcome.accepted = conditions.either(outcome.accepted, here);
                    break;
                case NftVerdict::reject:
                    outcome.rejected = conditions.either(outcome.rejected, here);
                    break;
                case NftVerdict::jump:
                    arriving = conditions.either(arriving, chain(step.target, here));
                    break;
                case NftVerdict::go_to:
                    left = conditions.either(left, chain(step.target, here));
                    break;
                case NftVerdict::leave:
                    left = conditions.either(left, here);
                    break;
                case NftVerdict::drop:
                case NftVerdict::none:
                    break;
            }
        }
        return conditions.either(left, arriving);
    }
};

Outcome NftProgram::run(Conditions& conditions, const std::vector<Condition>& holds) const {
    Run run{*this, conditions, holds, {}};
    const Condition left = run.chain(0, holds_always);
    if (accepts_by_policy_) {
        run.outcome.accepted = conditions.either(run.outcome.accepted, left);
    }
    return run.outcome;
}

}  // namespace sbx::verify

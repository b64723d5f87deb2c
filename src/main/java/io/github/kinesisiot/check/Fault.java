package io.github.kinesisiot.check;

import java.util.List;

/**
 * Why a step failed.
 *
 * @param code stable, for machines
 * @param cause for people; holds no secret
 * @param account where it lies
 * @param fixes what to change; where there are several, AWS does not tell which of them it is, or all are needed
 */
record Fault(String code, String cause, Account account, List<Fix> fixes) {

    static Fault of(String code, String cause, Account account, Fix... fixes) {
        return new Fault(code, cause, account, List.of(fixes));
    }
}

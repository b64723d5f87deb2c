package io.github.kinesisiot.check;

import java.util.List;

/**
 * One thing to change.
 *
 * @param change a sentence
 * @param statements of the policy that the sentence is about; empty where it is about something else
 */
record Fix(Account account, String change, List<Statement> statements) {

    static Fix here(String change) {
        return new Fix(Account.HERE, change, List.of());
    }

    static Fix in(Account account, String change, Statement... statements) {
        return new Fix(account, change, List.of(statements));
    }
}

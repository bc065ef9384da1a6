package dev.braintrust.spring.eval.judge;

/**
 * What a judge says about one output. The reasons come first, since a model that decides
 * before it reasons defends what it has decided.
 *
 * @param reasons the reasons, empty if it gave none
 * @param choice one of the choices that it was given
 */
public record Verdict(String reasons, String choice) {

}

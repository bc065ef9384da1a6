package dev.braintrust.spring.eval.judge;

/**
 * The verdict of a judge about one output. The reasons come first, because a model that
 * decides before it reasons only defends its decision.
 *
 * @param reasons the reasons, empty if absent
 * @param choice one of the judge's choices
 */
public record Verdict(String reasons, String choice) {

}

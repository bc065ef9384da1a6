package dev.braintrust.spring.eval.run;

/**
 * What all experiments of an application have in common.
 *
 * @param virtualThreads whether rows run on virtual threads
 */
public record RunSettings(boolean virtualThreads) {

}

package dev.braintrust.spring.linkage;

/**
 * A tracer that knows the switch of its project.
 */
public interface SwitchedTracer {

	ProjectSwitch projectSwitch();

}

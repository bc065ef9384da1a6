package dev.braintrust.spring.support;

/**
 * What needs an approval.
 */
interface Guarded {

	String approver();

}

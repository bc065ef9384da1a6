package dev.braintrust.spring.upload;

/**
 * The bytes of an attachment are counted as waiting until it is released.
 */
@FunctionalInterface
public interface Hold {

	// Count them no longer. More than once is once.
	void release();

}

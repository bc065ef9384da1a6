package dev.braintrust.spring.attachment;

/**
 * The bytes of an attachment are counted as waiting until it is released.
 */
@FunctionalInterface
public interface Hold {

	/**
	 * Count them no longer. More than once is once.
	 */
	void release();

}

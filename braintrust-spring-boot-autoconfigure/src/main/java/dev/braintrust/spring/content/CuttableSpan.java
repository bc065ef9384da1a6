package dev.braintrust.spring.content;

/**
 * A span that is cut if it is open when its application context closes: it ends with what
 * it has by then, and is sent.
 */
public interface CuttableSpan {

	// Let what a span has not been given yet, such as the part of an answer that has
	// arrived, be given to it before it is cut.
	void beforeCut(Runnable completion);

}

package dev.braintrust.spring.settings;

/**
 * How requests that send spans are compressed.
 */
public enum ExportCompression {

	/**
	 * By gzip, unless they stay on this machine.
	 */
	AUTO,

	/**
	 * By gzip.
	 */
	GZIP,

	/**
	 * Not at all.
	 */
	NONE

}

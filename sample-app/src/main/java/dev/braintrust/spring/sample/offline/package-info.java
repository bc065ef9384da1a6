/**
 * Stand-ins for OpenAI and Braintrust on the loopback interface, so that the sample runs
 * without a key. A real application does not need this package.
 */
@NullMarked
package dev.braintrust.spring.sample.offline;

import org.jspecify.annotations.NullMarked;

/**
 * Stand-ins for OpenAI and Braintrust on the loopback interface, so that the sample runs
 * without any key. Not a part of what an application writes.
 */
@NullMarked
package dev.braintrust.spring.sample.offline;

import org.jspecify.annotations.NullMarked;

/**
 * Values of other libraries, such as Jackson 2, Gson or the AWS SDK, as JSON.
 */
@NullMarked
package dev.braintrust.spring.content.library;

import org.jspecify.annotations.NullMarked;

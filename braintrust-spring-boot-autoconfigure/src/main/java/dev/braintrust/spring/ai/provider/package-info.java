/**
 * Model providers. Each provider has a file with its name, parameters, tokens and media,
 * and each endpoint of a provider's API has a file.
 */
@NullMarked
package dev.braintrust.spring.ai.provider;

import org.jspecify.annotations.NullMarked;

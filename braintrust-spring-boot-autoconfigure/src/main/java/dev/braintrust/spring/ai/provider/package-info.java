/**
 * One file for each provider of models: its name, its parameters, its tokens, its media.
 */
@NullMarked
package dev.braintrust.spring.ai.provider;

import org.jspecify.annotations.NullMarked;

/**
 * Traces Spring AI's models other than chat models into a project: a span for each call
 * of a model that creates embeddings, images, speech or transcripts.
 */
@NullMarked
package dev.braintrust.spring.ai.model;

import org.jspecify.annotations.NullMarked;

package dev.braintrust.spring.settings;

import org.jspecify.annotations.Nullable;

/**
 * The environment that spans come from, {@code span_origin.environment} of their context.
 * At least one of the two is known.
 *
 * @param type {@code ci}, {@code server}, {@code local} or a word of the user's, if known
 * @param name the name of the CI system, the platform or the deployment mode, if known
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/environment-variables.md#span-origin-environment">Braintrust's
 * specification, "Span origin environment"</a>
 */
public record OriginEnvironment(@Nullable String type, @Nullable String name) {

}

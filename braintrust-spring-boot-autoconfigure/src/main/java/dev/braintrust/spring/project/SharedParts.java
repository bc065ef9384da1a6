package dev.braintrust.spring.project;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.access.AccessCheck;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.linkage.ProjectSwitches;

/**
 * What the projects of an application context share.
 *
 * @param destination where their spans and attachments go
 * @param filters the filters of their content
 * @param customizers the customizers of what records their spans
 * @param access what is known from Braintrust
 * @param buffers where their content is written
 * @param switches whether they trace
 */
record SharedParts(Project.Destination destination, OwnedBeans<ContentFilter> filters,
		OwnedBeans<ProjectTracerProviderCustomizer> customizers, AccessCheck access, JsonBuffers buffers,
		ProjectSwitches switches) {

}

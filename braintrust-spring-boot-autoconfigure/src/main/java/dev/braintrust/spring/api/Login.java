package dev.braintrust.spring.api;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Braintrust's answer to a login,
 * {@code {"org_info":[{"id":…,"name":…,"git_metadata":…}]}}.
 *
 * @param organizations the organizations of the key, {@code null} if the answer does not
 * contain them
 */
public record Login(Reply reply, @Nullable List<Organization> organizations) {

	static Login of(Reply reply) {
		JsonNode info = reply.isAccepted() ? reply.json().path("org_info") : null;
		if (info == null || !info.isArray()) {
			return new Login(reply, null);
		}
		List<Organization> organizations = new ArrayList<>();
		for (JsonNode organization : info) {
			organizations.add(new Organization(organization.path("id").asString(""),
					organization.path("name").asString(""), organization.path("git_metadata")));
		}
		return new Login(reply, organizations);
	}

	boolean isGranted() {
		return this.organizations != null && !this.organizations.isEmpty();
	}

	// Return the organization with a name or, without a name, the first one.
	public Organization organization(@Nullable String name) {
		for (Organization organization : (this.organizations != null) ? this.organizations : List.<Organization>of()) {
			if ((name == null || name.equals(organization.name())) && !organization.id().isEmpty()) {
				return organization;
			}
		}
		throw new ApiFailure(
				(name != null && isGranted()) ? "no organization of the name in 'org-name'" : "no organization",
				this.reply);
	}

	/**
	 * An organization of a key.
	 *
	 * @param gitMetadata the metadata of a Git repository that may be collected
	 */
	public record Organization(String id, String name, JsonNode gitMetadata) {

	}

}

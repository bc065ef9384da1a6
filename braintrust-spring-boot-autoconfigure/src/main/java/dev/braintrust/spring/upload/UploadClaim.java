package dev.braintrust.spring.upload;

/**
 * The claim of one span to an upload.
 *
 * @param attachments the attachments of the project
 * @param upload the upload
 */
record UploadClaim(ProjectAttachments attachments, Upload upload) implements Admission.Claim {

	@Override
	public String key() {
		return this.upload.key();
	}

	@Override
	public void confirm() {
		this.attachments.confirm(this.upload);
	}

	@Override
	public void withdraw() {
		this.attachments.withdraw(this.upload);
	}

}

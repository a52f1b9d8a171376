/** The resources under {@code /api/v1}, as {@code openapi.yaml} describes them: a class for each, and the records they answer with. */
@NullMarked
package io.slotgate.admin.api;

import org.jspecify.annotations.NullMarked;

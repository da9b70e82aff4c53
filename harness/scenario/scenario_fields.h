// The fields of a scenario's file, described once for its reader and for its schema.
#pragma once

#include "scenario/fields.h"
#include "scenario/scenario.h"

namespace e2e {

// Shows every field to `visitor`; the variables hold the defaults. A step's own fields are shown by the catalog.
void VisitFields(Scenario& scenario, FieldVisitor& visitor);

}  // namespace e2e

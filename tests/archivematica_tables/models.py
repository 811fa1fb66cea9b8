"""The tables: the fields that our links write and read."""

from __future__ import annotations

import uuid

from django.db.models import (
    CASCADE,
    BinaryField,
    CharField,
    DateTimeField,
    ForeignKey,
    ManyToManyField,
    Model,
    TextField,
    UUIDField,
)


class SIP(Model):
    uuid = UUIDField(primary_key=True, default=uuid.uuid4)
    sip_type = CharField(max_length=8, default="SIP")


class File(Model):
    uuid = UUIDField(primary_key=True, default=uuid.uuid4)
    sip = ForeignKey(SIP, null=True, on_delete=CASCADE)
    originallocation = BinaryField()
    currentlocation = BinaryField(null=True)
    filegrpuse = CharField(max_length=50)
    filegrpuuid = CharField(max_length=36, blank=True)
    checksum = CharField(max_length=128, blank=True)
    checksumtype = CharField(max_length=36, blank=True)
    removedtime = DateTimeField(null=True)


class Agent(Model):
    identifiertype = TextField()
    identifiervalue = TextField()
    name = TextField()
    agenttype = TextField()


class Event(Model):
    event_id = UUIDField(unique=True, null=True, default=uuid.uuid4)
    file_uuid = ForeignKey(File, null=True, on_delete=CASCADE)
    event_type = TextField()
    event_datetime = DateTimeField(auto_now=True)
    event_detail = TextField()
    event_outcome = TextField()
    event_outcome_detail = TextField()
    agents = ManyToManyField(Agent)


class Derivation(Model):
    source_file = ForeignKey(File, related_name="derived_file_set", on_delete=CASCADE)
    derived_file = ForeignKey(File, related_name="original_file_set", on_delete=CASCADE)
    event = ForeignKey(Event, to_field="event_id", null=True, on_delete=CASCADE)

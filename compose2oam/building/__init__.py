"""Building and pushing the images of services, with the builder of the user: docker buildx, podman or buildah.

:mod:`wanted <compose2oam.building.wanted>` works out which images are to be made,
:mod:`bake <compose2oam.building.bake>` and :mod:`steps <compose2oam.building.steps>` say so to a builder,
:mod:`running <compose2oam.building.running>` runs it, and :mod:`pins <compose2oam.building.pins>` puts the digests of
what was pushed into the project. No shell is used, and no secret stands on a command line.
"""
